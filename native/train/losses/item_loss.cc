#include "native/train/losses/item_loss.h"

#include <cmath>
#include <limits>

namespace tsugi::train {
namespace {

namespace F = torch::nn::functional;

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
  return scores.masked_fill(is_hit, -std::numeric_limits<float>::infinity());
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

}  // namespace tsugi::train
