#include "native/train/losses/chunked_loss.h"

#include <algorithm>

namespace tsugi::train {

LossGradients ComputeChunkedLoss(const torch::Tensor& query, const torch::Tensor& item_rows,
                                 const torch::Tensor& targets, int64_t chunk, double scale,
                                 const PositionLoss& loss, const torch::Tensor& weights) {
  // Leaves of their own: a chunk's backward pass adds to their gradients and frees its graph, while
  // the graph of the encoder, which made `query`, is walked once, by the caller.
  const auto query_leaf = query.detach().requires_grad_(true);
  const auto rows_leaf = item_rows.detach().requires_grad_(true);
  double total = 0.0;
  for (int64_t begin = 0; begin < targets.size(0); begin += chunk) {
    const int64_t count = std::min(chunk, targets.size(0) - begin);
    const auto losses =
        loss(query_leaf.narrow(0, begin, count), rows_leaf, targets.narrow(0, begin, count));
    const auto part =
        weights.defined() ? (losses * weights.narrow(0, begin, count)).sum() : losses.sum();
    total += part.item<double>();
    (part * scale).backward();
  }
  return {total, query_leaf.grad(), rows_leaf.grad()};
}

}  // namespace tsugi::train
