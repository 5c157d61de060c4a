#include "native/train/losses/set_loss.h"

#include <cmath>
#include <limits>

namespace tsugi::train {
namespace {

constexpr float kMinusInfinity = -std::numeric_limits<float>::infinity();

}  // namespace

torch::Tensor SetCrossEntropy(const torch::Tensor& hidden, const torch::Tensor& item_rows,
                              const torch::Tensor& targets, double smoothing) {
  const auto scores = torch::matmul(hidden, item_rows.t());          // [M, N]
  const auto partition = torch::logsumexp(scores, 1, /*keepdim=*/true);  // [M, 1]
  // Unused places, -1, gather item 0 here and are set to 0 at the end.
  auto losses = partition - scores.gather(1, targets.clamp_min(0));  // [M, S]
  if (smoothing > 0.0) {
    losses = losses * (1.0 - smoothing) + (partition - scores.mean(1, true)) * smoothing;
  }
  return losses.masked_fill(targets < 0, 0.0);
}

torch::Tensor SetSampledSoftmax(const torch::Tensor& hidden, const torch::Tensor& item_rows,
                                const torch::Tensor& targets, const SharedNegatives& negatives) {
  // Every target of a position is in its partition once, and a negative that is one of them leaves:
  // otherwise the item would stand in the sum twice.
  const auto is_unused = targets < 0;
  const auto rows = item_rows.index_select(0, targets.clamp_min(0).reshape(-1))
                        .view({targets.size(0), targets.size(1), hidden.size(1)});
  const auto positive = torch::matmul(rows, hidden.unsqueeze(2)).squeeze(2);  // [M, S]
  auto negative = torch::matmul(hidden, item_rows.index_select(0, negatives.items).t());  // [M, K]
  if (negatives.log_expected.defined()) negative = negative - negatives.log_expected;
  auto is_target = torch::zeros(negative.sizes(), torch::kBool);
  for (int64_t s = 0; s < targets.size(1); ++s) {  // a target at a time: [M, S, K] would be large
    is_target.logical_or_(targets.narrow(1, s, 1) == negatives.items.unsqueeze(0));
  }
  negative = negative.masked_fill(is_target, kMinusInfinity);
  const auto partition = torch::logsumexp(
      torch::cat({positive.masked_fill(is_unused, kMinusInfinity), negative}, 1), 1, true);
  return (partition - positive).masked_fill(is_unused, 0.0);
}

}  // namespace tsugi::train
