#ifndef TSUGI_NATIVE_STUDIES_SHIFT_GRAPH_NEGATIVES_H_
#define TSUGI_NATIVE_STUDIES_SHIFT_GRAPH_NEGATIVES_H_

#include <torch/torch.h>

#include <memory>
#include <string>
#include <vector>

#include "native/studies/shift/interactions.h"
#include "native/train/diffusion/negative_diffusion.h"

namespace tsugi::train {

/// Where the negatives of a graph model come from.
struct GraphNegativesConfig {
  std::string kind = "cnsdiff";  ///< random | dns | mixgcf | cnsdiff
  int64_t candidates = 16;       ///< of dns and mixgcf, a positive
  NegativeDiffusionOptions diffusion;
  bool has_curriculum =
      true;  ///< of cnsdiff: mixed with random ones by DrawHardness; else half each
};

/// Pairs of a step and the vectors of the whole graph.
struct GraphBatch {
  torch::Tensor users, positives;     ///< [B] i64 user and item indices
  std::vector<torch::Tensor> layers;  ///< [U + N, D] each
  torch::Tensor mean;                 ///< [U + N, D]
};

struct DrawnNegatives {
  torch::Tensor vectors;  ///< [B, D]
  torch::Tensor items;    ///< [B] i64 the random item of each pair, whose vector is regularised
  torch::Tensor hard;     ///< [B, D] what was synthesised; undefined unless cnsdiff
};

/// One way to draw negatives for pairs of a training step.
class GraphNegatives {
 public:
  /// Requires: `train` lives as long. Errors of `kind` are the caller's: see KnownNegatives.
  GraphNegatives(const GraphNegativesConfig& config, const Interactions& train, int64_t item_count,
                 int64_t width);

  /// cnsdiff: one step of the diffusion on these positives; returns its loss, else 0.
  double Train(const GraphBatch& batch, Random& random);

  /// `epoch` of `epochs` counts from 0.
  DrawnNegatives Draw(const GraphBatch& batch, int64_t epoch, int64_t epochs, Random& random);

 private:
  torch::Tensor RandomItems(const torch::Tensor& users, int64_t per_user, Random& random) const;
  torch::Tensor HardestItems(const GraphBatch& batch, Random& random) const;
  torch::Tensor MixedVectors(const GraphBatch& batch, Random& random) const;
  torch::Tensor ItemRows(const torch::Tensor& all, const torch::Tensor& items) const;

  GraphNegativesConfig config_;
  const Interactions& train_;
  int64_t item_count_;
  std::unique_ptr<NegativeDiffusion> diffusion_;
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_STUDIES_SHIFT_GRAPH_NEGATIVES_H_
