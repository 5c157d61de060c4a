#include "native/dataset/import_stats.h"

#include <algorithm>
#include <numeric>

namespace tsugi {
namespace {

// Measures gaps between the known times of adjacent events. A large share of equal times warns that
// the tie order decides which event is the test case.
void MeasureTimes(const DatasetArrays& arrays, ImportStats& stats) {
  SpillVector<int64_t> gaps(arrays.times.spill());
  gaps.reserve(arrays.times.size());
  uint64_t equal_count = 0;
  if (arrays.times.empty()) return;
  for (size_t s = 0; s < stats.users; ++s) {
    for (uint64_t e = arrays.offsets[s]; e < arrays.offsets[s + 1]; ++e) {
      const int64_t time = arrays.times[e];
      if (time == 0) continue;
      stats.first_time = stats.first_time == 0 ? time : std::min(stats.first_time, time);
      stats.last_time = stats.last_time == 0 ? time : std::max(stats.last_time, time);
      // A gap needs two known times of one sequence.
      if (e == arrays.offsets[s] || arrays.times[e - 1] == 0) continue;
      const int64_t gap = time - arrays.times[e - 1];
      if (gap < 0) ++stats.time_order_violations;
      if (gap == 0) ++equal_count;
      gaps.push_back(gap);
    }
  }
  stats.gap_count = gaps.size();
  if (!gaps.empty()) {
    stats.equal_time_share = static_cast<double>(equal_count) / static_cast<double>(gaps.size());
  }
  stats.gaps_s = Distribute(gaps);
}

// The share of cases whose target occurs in their history.
double RepeatShare(const DatasetArrays& arrays, const std::vector<EvaluationCase>& cases) {
  uint64_t repeat_count = 0;
  for (const auto [sequence, position] : cases) {
    const auto items = arrays.sequence_items(sequence);
    const auto history = items.first(position);
    repeat_count += std::find(history.begin(), history.end(), items[position]) != history.end();
  }
  return cases.empty() ? 0 : static_cast<double>(repeat_count) / static_cast<double>(cases.size());
}

// The number of test targets that no training event contains: a ranking by behaviour alone cannot
// find them, so they bound its recall.
uint64_t CountColdTargets(const DatasetArrays& arrays, size_t item_count) {
  std::vector<bool> is_trained(item_count);
  for (size_t s = 0; s < arrays.sequence_count(); ++s) {
    for (const uint32_t item : arrays.sequence_items(s).first(arrays.train_end[s])) {
      is_trained[item] = true;
    }
  }
  const auto item_at = [&](EvaluationCase c) {
    return arrays.sequence_items(c.sequence)[c.position];
  };
  return static_cast<uint64_t>(
      std::count_if(arrays.test_cases.begin(), arrays.test_cases.end(),
                    [&](EvaluationCase c) { return !is_trained[item_at(c)]; }));
}

}  // namespace

Distribution Distribute(std::span<int64_t> values) {
  Distribution result;
  if (values.empty()) return result;
  // The levels rise, so each quantile is looked for behind the one before: a sorted list would cost
  // several times as much.
  auto begin = values.begin();
  for (size_t i = 0; i < Distribution::kLevels.size(); ++i) {
    const double at = Distribution::kLevels[i] * static_cast<double>(values.size() - 1);
    const auto place = values.begin() + static_cast<ptrdiff_t>(at);
    std::nth_element(begin, place, values.end());
    result.quantiles[i] = *place;
    begin = place;
  }
  // Whole numbers add up to the same sum in any order as long as a double holds it.
  result.mean =
      std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  return result;
}

void MeasureArrays(const DatasetArrays& arrays, ImportStats& stats) {
  stats.sequences = arrays.sequence_count();
  stats.test_sequences = stats.sequences - stats.users;
  stats.events = arrays.items.size();
  stats.log_events = arrays.offsets[stats.users];
  stats.items = arrays.item_ids.View().size();
  stats.id_bytes = arrays.item_ids.View().text.size();
  stats.title_bytes = arrays.item_titles.View().text.size();
  stats.actions = arrays.action_names.View().size();
  stats.valid_cases = arrays.valid_cases.size();
  stats.test_cases = arrays.test_cases.size();
  stats.train_events =
      std::accumulate(arrays.train_end.begin(), arrays.train_end.end(), uint64_t{0});
  stats.cold_test_targets = CountColdTargets(arrays, stats.items);
  // On validation cases: this share sets a default of training and evaluation, which must not look
  // at the test split.
  stats.repeat_share = RepeatShare(arrays, arrays.valid_cases);
  stats.density = static_cast<double>(stats.log_events) /
                  (static_cast<double>(stats.users) * static_cast<double>(stats.items));
  std::vector<int64_t> lengths(stats.users);
  for (size_t s = 0; s < stats.users; ++s) lengths[s] = static_cast<int64_t>(arrays.length(s));
  stats.lengths = Distribute(lengths);
  MeasureTimes(arrays, stats);
}

}  // namespace tsugi
