#include "native/train/item_loss.h"

#include <algorithm>
#include <limits>

namespace tsugi::train {
namespace {

namespace F = torch::nn::functional;

constexpr float kMinusInfinity = -std::numeric_limits<float>::infinity();

/// [M] score of each position's target.
torch::Tensor TargetScores(const torch::Tensor& hidden, const torch::Tensor& item_rows,
                           const torch::Tensor& targets) {
  return (hidden * item_rows.index_select(0, targets)).sum(-1);
}

/// [M, K] scores of shared negatives, -inf where one is the position's own target.
torch::Tensor NegativeScores(const torch::Tensor& hidden, const torch::Tensor& item_rows,
                             const torch::Tensor& targets, const torch::Tensor& negative_items) {
  const auto scores = torch::matmul(hidden, item_rows.index_select(0, negative_items).t());
  const auto is_hit = targets.unsqueeze(1) == negative_items.unsqueeze(0);
  return scores.masked_fill(is_hit, kMinusInfinity);
}

}  // namespace

torch::Tensor CrossEntropy(const torch::Tensor& hidden, const torch::Tensor& item_rows,
                           const torch::Tensor& targets, double smoothing) {
  return F::cross_entropy(
      torch::matmul(hidden, item_rows.t()), targets,
      F::CrossEntropyFuncOptions().reduction(torch::kNone).label_smoothing(smoothing));
}

torch::Tensor SampledSoftmax(const torch::Tensor& hidden, const torch::Tensor& item_rows,
                             const torch::Tensor& targets, const SharedNegatives& negatives) {
  const auto positive = TargetScores(hidden, item_rows, targets).unsqueeze(1);  // [M, 1]
  auto negative = NegativeScores(hidden, item_rows, targets, negatives.items);  // [M, K]
  if (negatives.log_expected.defined()) negative = negative - negatives.log_expected;
  const auto partition = torch::logsumexp(torch::cat({positive, negative}, 1), 1);
  return partition - positive.squeeze(1);
}

// beta undoes the overconfidence that sampling negatives at the rate alpha brings: calibration 1
// makes sigma(s_+) estimate the true probability, 0 leaves plain BCE (beta = 1).
double GbceBeta(int64_t negatives, int64_t items, double calibration) {
  const double alpha = static_cast<double>(negatives) / static_cast<double>(items - 1);
  return alpha * (calibration * (1.0 - 1.0 / alpha) + 1.0 / alpha);
}

torch::Tensor GeneralisedBce(const torch::Tensor& hidden, const torch::Tensor& item_rows,
                             const torch::Tensor& targets, const torch::Tensor& negative_items,
                             double calibration) {
  const int64_t count = negative_items.size(0);
  const double beta = GbceBeta(count, item_rows.size(0), calibration);
  const auto positive = TargetScores(hidden, item_rows, targets);
  const auto negative = NegativeScores(hidden, item_rows, targets, negative_items);
  // log(1 - sigma(s)) = -softplus(s), and 0 at s = -inf (a masked hit).
  const auto loss = F::softplus(negative).sum(1) - beta * F::logsigmoid(positive);
  return loss / static_cast<double>(count + 1);
}

torch::Tensor SetCrossEntropy(const torch::Tensor& hidden, const torch::Tensor& item_rows,
                              const torch::Tensor& targets, double smoothing) {
  const auto scores = torch::matmul(hidden, item_rows.t());              // [M, N]
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
  const auto positive = torch::matmul(rows, hidden.unsqueeze(2)).squeeze(2);              // [M, S]
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
