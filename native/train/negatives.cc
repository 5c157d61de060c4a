#include "native/train/negatives.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tsugi::train {
namespace {

/// Scales weights to probabilities that sum to `count`; what would be above one is one.
void ScaleToCount(double count, std::vector<double>& weights) {
  // Solves sum_j min(1, c w_j) = K for c by raising c: each round some more items become certain,
  // so at most N rounds, in practice a few.
  double scale = 0.0;
  for (bool is_settled = false; !is_settled;) {  // an item more is certain every time
    double certain = 0.0, rest = 0.0;
    for (const double weight : weights) {
      if (weight * scale >= 1.0)
        ++certain;
      else
        rest += weight;
    }
    const double next = rest > 0.0 ? (count - certain) / rest : scale;
    is_settled = next <= scale;
    scale = std::max(scale, next);
  }
  for (double& weight : weights) weight = std::min(1.0, weight * scale);
}

}  // namespace

NegativeSampler NegativeSampler::Create(Proposal proposal, const Dataset& dataset, int64_t count,
                                        const std::vector<bool>& is_candidate) {
  NegativeSampler sampler;
  sampler.inclusion_.assign(dataset.item_count(), 1.0);
  // An item of weight 0 is never drawn, whatever the others are scaled by.
  for (size_t i = 0; i < is_candidate.size(); ++i) sampler.inclusion_[i] = is_candidate[i];
  const double candidates =
      std::accumulate(sampler.inclusion_.begin(), sampler.inclusion_.end(), 0.0);
  if (static_cast<double>(count) >= candidates) return sampler;
  if (proposal == Proposal::kPopularity) {
    for (size_t s = 0; s < dataset.sequence_count(); ++s) {
      for (const uint32_t item : dataset.sequence_items(s).first(dataset.train_end()[s])) {
        if (sampler.inclusion_[item] > 0.0) sampler.inclusion_[item] += 1.0;
      }
    }
  }
  ScaleToCount(static_cast<double>(count), sampler.inclusion_);
  return sampler;
}

SharedNegatives NegativeSampler::Draw(bool with_log_expected, Random& random) const {
  std::vector<int64_t> drawn;
  // Two undecided items at a time: one is decided, the other takes over what is left of both.
  int64_t open = 0;
  double held = inclusion_[0];
  for (int64_t item = 1; item < static_cast<int64_t>(inclusion_.size()); ++item) {
    const double own = inclusion_[static_cast<size_t>(item)], both = held + own;
    // Less than one item between the two: one of them loses its share to the other, with odds that
    // leave both inclusion probabilities as they are.
    if (both < 1.0) {
      if (random.NextUniform() * both < own) open = item;
      held = both;
      continue;
    }
    // One item at least: one of the two is drawn, the other goes on with the rest.
    const double missing = 2.0 - both;
    const bool is_open_drawn = missing <= 0.0 || random.NextUniform() * missing < 1.0 - own;
    drawn.push_back(is_open_drawn ? open : item);
    if (is_open_drawn) open = item;
    held = both - 1.0;
  }
  if (held > 0.5) drawn.push_back(open);  // 0 or 1, apart from rounding
  SharedNegatives negatives{torch::tensor(drawn, torch::kInt64), {}};
  if (!with_log_expected) return negatives;
  std::vector<float> log_expected;
  for (const int64_t item : drawn) {
    log_expected.push_back(static_cast<float>(std::log(inclusion_[static_cast<size_t>(item)])));
  }
  negatives.log_expected = torch::tensor(log_expected);
  return negatives;
}

}  // namespace tsugi::train
