#ifndef TSUGI_NATIVE_TRAIN_LOSSES_CHUNKED_BACKWARD_H_
#define TSUGI_NATIVE_TRAIN_LOSSES_CHUNKED_BACKWARD_H_

#include <torch/torch.h>

#include <functional>

namespace tsugi::train {

/// Loss of some positions, a pure function: (hidden [m, D], item_rows [N, D], targets [m]) ->
/// scalar sum.
using PositionLoss =
    std::function<torch::Tensor(const torch::Tensor&, const torch::Tensor&, const torch::Tensor&)>;

/// Back-propagates scale * sum of `loss` over all positions, `chunk` positions at a time, so that
/// no tensor of [positions, items] ever exists: each chunk's graph ends at a detached copy of the
/// hidden vectors and of the item rows, is differentiated at once and freed; the two gathered
/// gradients then flow into the model once.
///
/// hidden [M, D] and item_rows [N, D] carry the model's graph; targets [M] i64. Returns the plain
/// sum of the losses. Gradients accumulate in the model's parameters.
double ChunkedBackward(const torch::Tensor& hidden, const torch::Tensor& item_rows,
                       const torch::Tensor& targets, int64_t chunk, double scale,
                       const PositionLoss& loss);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_LOSSES_CHUNKED_BACKWARD_H_
