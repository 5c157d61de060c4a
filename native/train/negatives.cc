#include "native/train/negatives.h"

#include <algorithm>
#include <cmath>

namespace tsugi::train {

Result<NegativeSampler> NegativeSampler::Create(std::string_view proposal, const Dataset& dataset) {
  NegativeSampler sampler;
  sampler.item_count_ = static_cast<int64_t>(dataset.item_count());
  if (proposal == "uniform") return sampler;
  if (proposal != "popularity") {
    return InvalidArgument("proposal '" + std::string(proposal) +
                           "' is unknown. Try: uniform or popularity");
  }
  std::vector<double> counts(dataset.item_count(), 1.0);
  for (size_t s = 0; s < dataset.sequence_count(); ++s) {
    for (const uint32_t item : dataset.sequence_items(s).first(dataset.train_end()[s])) {
      counts[item] += 1.0;
    }
  }
  double total = 0.0;
  for (double& count : counts) count = total += count;
  sampler.cumulative_ = std::move(counts);
  return sampler;
}

SharedNegatives NegativeSampler::Draw(int64_t count, bool with_log_q, Random& random) const {
  SharedNegatives drawn{torch::empty({count}, torch::kInt64), {}};
  if (with_log_q) drawn.log_q = torch::empty({count}, torch::kFloat32);
  int64_t* items = drawn.items.data_ptr<int64_t>();
  for (int64_t j = 0; j < count; ++j) {
    double probability = 1.0 / static_cast<double>(item_count_);
    if (cumulative_.empty()) {
      items[j] = static_cast<int64_t>(random.NextBelow(static_cast<uint64_t>(item_count_)));
    } else {
      const double at = random.NextUniform() * cumulative_.back();
      const auto it = std::upper_bound(cumulative_.begin(), cumulative_.end() - 1, at);
      items[j] = it - cumulative_.begin();
      const double below = items[j] == 0 ? 0.0 : cumulative_[items[j] - 1];
      probability = (*it - below) / cumulative_.back();
    }
    if (with_log_q) drawn.log_q[j] = static_cast<float>(std::log(probability));
  }
  return drawn;
}

}  // namespace tsugi::train
