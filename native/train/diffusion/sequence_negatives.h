#ifndef TSUGI_NATIVE_TRAIN_DIFFUSION_SEQUENCE_NEGATIVES_H_
#define TSUGI_NATIVE_TRAIN_DIFFUSION_SEQUENCE_NEGATIVES_H_

#include <torch/torch.h>

#include "native/train/diffusion/negative_diffusion.h"
#include "native/train/losses/chunked_loss.h"

namespace tsugi::train {

/// CNSDiff's negatives as a plug-in of the sequential model: every position's partition function
/// gets one more item, made from its target by a diffusion over item rows and mixed with a random
/// row, harder over the epochs. The user is the position's query.
/// Source: CNSDiff (arXiv 2508.07243), whose user vector this replaces.
class SequenceNegatives {
 public:
  explicit SequenceNegatives(int64_t width) : diffusion_(width, {}) {}

  /// One step of the diffusion on the rows [M, W] of a batch's targets, values; sets what the
  /// negatives of the step follow from. `epoch` of `epochs` counts from 0.
  void BeginStep(const torch::Tensor& target_rows, uint64_t seed, int64_t epoch, int64_t epochs);

  /// `loss`, a softmax over items, with the made negative in its partition. Borrows this. Several
  /// threads may call the result at once between two steps.
  PositionLoss Around(PositionLoss loss);

 private:
  /// [m, W] of length one, values.
  torch::Tensor Make(const torch::Tensor& query, const torch::Tensor& item_rows,
                     const torch::Tensor& targets);

  NegativeDiffusion diffusion_;
  uint64_t seed_ = 0;
  int64_t epoch_ = 0, epochs_ = 1;
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_DIFFUSION_SEQUENCE_NEGATIVES_H_
