#include "native/dataset/merge_repeats.h"

#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

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
  explicit ActionSets(DatasetArrays& arrays) : arrays_(arrays), names_(arrays.actions.size()) {}

  void Add(uint64_t first, uint64_t end) {
    if (arrays_.actions.empty()) return;
    std::set<std::string_view> kinds;
    for (uint64_t e = first; e < end; ++e) {
      kinds.insert(arrays_.action_names.View()[arrays_.actions[e]]);
    }
    std::string& name = names_[first];
    for (const std::string_view kind : kinds) {
      name += (name.empty() ? "" : "+") + std::string(kind);
    }
    numbers_.emplace(name, 0);
  }

  void Finish() {
    if (arrays_.actions.empty()) return;
    StringTable table;
    uint32_t next = 0;
    for (auto& [name, number] : numbers_) {
      number = next++;
      table.Append(name);
    }
    for (size_t e = 0; e < names_.size(); ++e) {
      const auto found = numbers_.find(names_[e]);
      // Events that were merged into an earlier one have no name; KeepEvents removes them.
      arrays_.actions[e] = found == numbers_.end() ? 0 : found->second;
    }
    arrays_.action_names = std::move(table);
  }

 private:
  DatasetArrays& arrays_;
  std::vector<std::string> names_;  // [E] at the first event of each run
  std::map<std::string, uint32_t> numbers_;
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
        arrays.values[first] = TotalValue(std::span(arrays.values).subspan(first, end - first));
      }
      first = end;
    }
  }
  actions.Finish();
  stats.merged_events = KeepEvents(is_kept, arrays);
}

}  // namespace tsugi
