#include "native/train/event_targets.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tsugi::train {
namespace {

// Durations have long tails: one of a thousand times the mean must not decide a step's gradient.
constexpr double kLeast = 0.1, kMost = 10.0;

constexpr size_t kMostEdges = 15;  // 16 buckets of values

bool IsKnown(float value) { return value > 0.0f; }  // false for NaN

constexpr int64_t kPauseSeconds = 30 * 60;
constexpr int64_t kNoItem = -1;

int64_t MedianOf(std::vector<int64_t>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

std::vector<float> EventWeights(const Dataset& dataset) {
  const auto values = dataset.values();
  if (values.empty()) return {};
  // The mean of the training part, so that the weights of its events average about 1 and the
  // learning rate keeps its meaning.
  double sum = 0.0, count = 0.0;
  for (const float value : TrainingValues(dataset)) {
    if (!IsKnown(value)) continue;
    sum += static_cast<double>(value);
    count += 1.0;
  }
  std::vector<float> weights(values.size(), 1.0f);
  for (size_t e = 0; e < values.size() && count > 0.0; ++e) {
    if (!IsKnown(values[e])) continue;
    weights[e] =
        static_cast<float>(std::clamp(static_cast<double>(values[e]) * count / sum, kLeast, kMost));
  }
  return weights;
}

std::vector<float> TrainingValues(const Dataset& dataset) {
  const auto values = dataset.values();
  std::vector<float> known;
  for (size_t s = 0; s < dataset.sequence_count() && !values.empty(); ++s) {
    for (const float value : values.subspan(dataset.offsets()[s], dataset.train_end()[s])) {
      if (!std::isnan(value)) known.push_back(value);
    }
  }
  return known;
}

std::vector<float> FindValueEdges(const Dataset& dataset) {
  // Only the training part: edges that knew the test part's values would leak them.
  std::vector<float> known = TrainingValues(dataset);
  std::sort(known.begin(), known.end());
  std::vector<float> kinds = known;
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  if (kinds.size() <= kMostEdges) return kinds;
  // Quantiles of the events, not of the distinct values: each bucket is met about as often as any
  // other. `known` is not empty here, so the index stays below its size. A frequent value
  // may fill several quantiles; it is one edge then.
  std::vector<float> edges;
  for (size_t i = 1; i <= kMostEdges; ++i)
    edges.push_back(known[i * known.size() / (kMostEdges + 1)]);
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return edges;
}

int64_t HalfLifeOf(const Dataset& dataset) {
  std::vector<int64_t> pauses, gaps;
  const auto times = dataset.times();
  for (size_t s = 0; s < dataset.sequence_count() && !times.empty(); ++s) {
    const uint64_t begin = dataset.offsets()[s], end = begin + dataset.train_end()[s];
    for (uint64_t e = begin + 1; e < end; ++e) {
      const int64_t gap = times[e] - times[e - 1];
      if (times[e - 1] == 0 || times[e] == 0 || gap <= 0) continue;  // 0: unknown
      (gap > kPauseSeconds ? pauses : gaps).push_back(gap);
    }
  }
  return MedianOf(pauses.empty() ? gaps : pauses);
}

bool SetTargets::HasTimes(uint64_t a, uint64_t b) const {
  return !dataset_.times().empty() && dataset_.times()[a] != 0 && dataset_.times()[b] != 0;
}

double SetTargets::Decay(uint64_t next_event, uint64_t event) const {
  const bool has_times = HasTimes(next_event - 1, event) && HasTimes(next_event, event);
  // Counted from the next event: the factor between it and the context divides out.
  const double later = has_times ? static_cast<double>(std::max<int64_t>(
                                       0, dataset_.times()[event] - dataset_.times()[next_event]))
                                 : static_cast<double>(event - next_event);
  const double half_life =
      has_times ? static_cast<double>(rule_.half_life_s) : rule_.half_life_events;
  // beta = 0 is the limit of the exponential: only what happens with the next event counts.
  if (half_life <= 0.0) return later == 0.0 ? 1.0 : 0.0;
  return std::exp(-std::numbers::ln2 * later / half_life);
}

uint64_t SetTargets::WindowEnd(uint64_t next_event) const {
  const auto offsets = dataset_.offsets();
  // The sequence that holds the event: the last one that starts at or before it. upper_bound, as an
  // empty sequence starts where the next one does.
  const auto after = std::upper_bound(offsets.begin(), offsets.end(), next_event);
  const auto sequence = static_cast<size_t>(after - offsets.begin()) - 1;
  const uint64_t end = offsets[sequence] + ends_[sequence];
  const uint64_t context = next_event - 1;
  uint64_t event = next_event + 1;
  while (event < end) {
    const bool has_times = HasTimes(context, event) && HasTimes(next_event, event);
    const bool is_inside =
        has_times ? dataset_.times()[event] - dataset_.times()[context] <=
                            kSetWindowHalfLives * rule_.half_life_s ||
                        dataset_.times()[event] <= dataset_.times()[next_event]
                  : static_cast<double>(event - context) <=
                        static_cast<double>(kSetWindowHalfLives) * rule_.half_life_events;
    if (!is_inside) break;
    ++event;
  }
  return event;
}

void SetTargets::Write(uint64_t next_event, uint64_t seed, std::span<int64_t> items,
                       std::span<float> weights) const {
  std::fill(items.begin(), items.end(), kNoItem);
  std::fill(weights.begin(), weights.end(), 0.0f);
  // The window holds at least the next event, so count >= 1 and the weights' divisor is above 0.
  // The random start gives each event of a long window the same chance to be one of the S.
  const uint64_t count = WindowEnd(next_event) - next_event;
  const double stride = std::max(1.0, static_cast<double>(count) / rule_.size);
  double at = stride > 1.0 ? Random(seed, next_event).NextUniform() * stride : 0.0;
  double decays = 0.0;
  size_t used = 0;
  for (; at < static_cast<double>(count); at += stride) {
    const uint64_t event = next_event + static_cast<uint64_t>(at);
    const double decay = Decay(next_event, event);
    if (decay == 0.0) continue;
    decays += decay;
    const auto item = static_cast<int64_t>(dataset_.items()[event]);
    const auto place = static_cast<size_t>(
        std::find(items.begin(), items.begin() + static_cast<ptrdiff_t>(used), item) -
        items.begin());
    if (place == items.size()) break;  // rounding gave one more than S
    if (place == used) items[used++] = item;
    const double reward = rewards_.empty() ? 1.0 : static_cast<double>(rewards_[event]);
    weights[place] += static_cast<float>(decay * reward);
  }
  for (size_t i = 0; i < used; ++i) weights[i] /= static_cast<float>(decays);
}

}  // namespace tsugi::train
