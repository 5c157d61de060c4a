#include "native/dataset/merge_repeats.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "native/dataset/interned_strings.h"
#include "native/dataset/keep_events.h"

namespace tsugi {
namespace {

constexpr int64_t kLongestGapSeconds = 30 * 60;

// Whether event e belongs to the run of the event before it. Unknown times do not end a run.
bool GoesOn(const DatasetArrays& arrays, uint64_t e) {
  if (arrays.items[e] != arrays.items[e - 1]) return false;
  if (arrays.times.empty() || arrays.times[e] == 0 || arrays.times[e - 1] == 0) return true;
  return arrays.times[e] - arrays.times[e - 1] <= kLongestGapSeconds;
}

// The actions of merged events. New names arise while the events are merged, so the numbers, which
// follow the byte order of all names, are assigned at the end.
class ActionSets {
 public:
  explicit ActionSets(DatasetArrays& arrays) : arrays_(arrays) {}

  // The first event of the run gets the number of its set.
  void Add(uint64_t first, uint64_t end) {
    if (arrays_.actions.empty()) return;
    std::set<std::string_view> kinds;
    for (uint64_t e = first; e < end; ++e) {
      kinds.insert(arrays_.action_names.View()[arrays_.actions[e]]);
    }
    name_.clear();
    for (const std::string_view kind : kinds) (name_ += name_.empty() ? "" : "+") += kind;
    arrays_.actions[first] = names_.Insert(name_).first;
  }

  // The other events of the runs keep numbers that mean nothing; KeepEvents removes them.
  void Finish(const std::vector<bool>& is_first) {
    if (arrays_.actions.empty()) return;
    std::vector<uint32_t> order(names_.size()), number_of(names_.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(),
              [&](uint32_t a, uint32_t b) { return names_[a] < names_[b]; });
    StringTable table;
    for (uint32_t number = 0; number < order.size(); ++number) {
      number_of[order[number]] = number;
      table.Append(names_[order[number]]);
    }
    for (size_t e = 0; e < is_first.size(); ++e) {
      if (is_first[e]) arrays_.actions[e] = number_of[arrays_.actions[e]];
    }
    arrays_.action_names = std::move(table);
  }

 private:
  DatasetArrays& arrays_;
  InternedStrings names_;  // of sets, "pause+play"
  std::string name_;
};

// The sum of the known values, or NaN if all are unknown.
float TotalValue(std::span<const float> values) {
  float total = NAN;
  for (const float value : values) {
    if (!std::isnan(value)) total = std::isnan(total) ? value : total + value;
  }
  return total;
}

}  // namespace

void MergeRepeats(DatasetArrays& arrays, ImportStats& stats) {
  // The first event of every run stays and takes over the values of the others. Its time stays,
  // too: the visit began then.
  std::vector<bool> is_kept(arrays.items.size());
  ActionSets actions(arrays);
  for (size_t s = 0; s < arrays.sequence_count(); ++s) {
    for (uint64_t first = arrays.offsets[s]; first < arrays.offsets[s + 1];) {
      uint64_t end = first + 1;
      while (end < arrays.offsets[s + 1] && GoesOn(arrays, end)) ++end;
      is_kept[first] = true;
      actions.Add(first, end);
      if (!arrays.values.empty()) {
        arrays.values[first] =
            TotalValue(std::span<const float>(arrays.values).subspan(first, end - first));
      }
      first = end;
    }
  }
  actions.Finish(is_kept);
  stats.merged_events = KeepEvents(is_kept, arrays);
}

}  // namespace tsugi
