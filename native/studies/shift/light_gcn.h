#ifndef TSUGI_NATIVE_STUDIES_SHIFT_LIGHT_GCN_H_
#define TSUGI_NATIVE_STUDIES_SHIFT_LIGHT_GCN_H_

#include <torch/torch.h>

#include <memory>
#include <vector>

#include "native/studies/shift/shift_data.h"

namespace tsugi::train {

/// D^-1/2 A D^-1/2 of users' and items' nodes, in compressed rows. Symmetric.
struct GraphAdjacency {
  std::vector<int64_t> offsets;  ///< [nodes + 1]
  std::vector<int32_t> columns;
  std::vector<float> weights;

  static std::shared_ptr<const GraphAdjacency> Build(const Interactions& train, int64_t item_count);
  /// The product with rows [nodes, D] f32, contiguous.
  torch::Tensor Times(const torch::Tensor& rows) const;
};

/// LightGCN: vectors of users and items, smoothed over the graph of their training pairs; a score
/// is their product. U users, N items, D numbers a vector, node u < U is a user, U + i an item.
/// Source: He et al. 2020 (arXiv 2002.02126), mean over the layers.
class LightGcnImpl : public torch::nn::Module {
 public:
  LightGcnImpl(const Interactions& train, int64_t item_count, int64_t width, int64_t layers);

  /// [U + N, D] for each layer 0 .. layers, the parameters first.
  std::vector<torch::Tensor> Layers() const;
  /// Their mean, what is scored with.
  static torch::Tensor Mean(const std::vector<torch::Tensor>& layers);

  const torch::Tensor& vectors() const { return vectors_; }  ///< the parameters, [U + N, D]
  int64_t user_count() const { return user_count_; }
  int64_t item_count() const { return item_count_; }

 private:
  int64_t user_count_, item_count_, layer_count_;
  torch::Tensor vectors_;
  std::shared_ptr<const GraphAdjacency> adjacency_;
};
TORCH_MODULE(LightGcn);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_STUDIES_SHIFT_LIGHT_GCN_H_
