#ifndef TSUGI_NATIVE_TRAIN_LOSSES_CHUNKED_LOSS_H_
#define TSUGI_NATIVE_TRAIN_LOSSES_CHUNKED_LOSS_H_

#include <torch/torch.h>

#include <functional>

namespace tsugi::train {

/// Losses of some positions, a pure function: (query [m, W], item_rows [N, W], targets [m]) ->
/// [m].
using PositionLoss =
    std::function<torch::Tensor(const torch::Tensor&, const torch::Tensor&, const torch::Tensor&)>;

struct LossGradients {
  double loss = 0.0;        ///< plain sum over the positions
  torch::Tensor query;      ///< [M, W] d(scale * loss) / d(query)
  torch::Tensor item_rows;  ///< [N, W] d(scale * loss) / d(item_rows)
};

/// Sums weight * `loss` over all positions and differentiates scale * sum, `chunk` positions at a
/// time, so that no tensor of [positions, items] ever exists: each chunk's graph is differentiated
/// at once and freed. query [M, W] and item_rows [N, W] are taken as values; targets [M] i64, M >=
/// 1; weights [M], undefined = all 1.
LossGradients ComputeChunkedLoss(const torch::Tensor& query, const torch::Tensor& item_rows,
                                 const torch::Tensor& targets, int64_t chunk, double scale,
                                 const PositionLoss& loss, const torch::Tensor& weights = {});

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_LOSSES_CHUNKED_LOSS_H_
