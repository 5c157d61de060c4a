#include "native/dataset/event_filters.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "native/dataset/interned_strings.h"

namespace tsugi {
namespace {

// Keeps the marked values, in their order. Requires: `is_kept` is as long as `values`, or `values`
// is empty.
template <typename T>
void KeepMarked(const std::vector<bool>& is_kept, SpillVector<T>& values) {
  if (values.empty()) return;
  size_t count = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (is_kept[i]) values[count++] = values[i];
  }
  values.resize(count);
}

// Removes the events that are not marked in is_kept [E] and returns their number. Sequences stay,
// even if they become empty. Requires: the arrays have not been split yet.
size_t KeepEvents(const std::vector<bool>& is_kept, DatasetArrays& arrays) {
  const size_t before = arrays.items.size();
  uint64_t begin = 0, kept = 0;
  for (size_t s = 0; s < arrays.sequence_count(); ++s) {
    const uint64_t end = arrays.offsets[s + 1];
    for (uint64_t e = begin; e < end; ++e) kept += is_kept[e];
    begin = end;
    arrays.offsets[s + 1] = kept;
  }
  KeepMarked(is_kept, arrays.times);
  KeepMarked(is_kept, arrays.actions);
  KeepMarked(is_kept, arrays.values);
  KeepMarked(is_kept, arrays.items);
  return before - arrays.items.size();
}

// The number of distinct entries of `values`, all below `size`.
uint64_t CountDifferent(const SpillVector<uint32_t>& values, size_t size) {
  std::vector<bool> is_there(size);
  for (const uint32_t value : values) is_there[value] = true;
  return static_cast<uint64_t>(std::count(is_there.begin(), is_there.end(), true));
}

}  // namespace

// The k-core of the graph of users and items: leaving out an item takes events from its users, who
// may then have too few, and so on. Each pass is O(events).
void KeepMinCount(uint32_t min_count, RawLog& log, ImportStats& stats) {
  if (min_count <= 1) return;
  const size_t event_count = log.items.size();
  const uint64_t users_before = CountDifferent(log.users, log.user_count);
  const uint64_t items_before = CountDifferent(log.items, log.item_ids.size());
  std::vector<uint64_t> user_events(log.user_count), item_events(log.item_ids.size());
  for (size_t e = 0; e < event_count; ++e) {
    ++user_events[log.users[e]];
    ++item_events[log.items[e]];
  }
  const auto enough = [&](uint64_t count) { return count >= min_count; };
  stats.frequent_users =
      static_cast<uint64_t>(std::count_if(user_events.begin(), user_events.end(), enough));
  stats.frequent_items =
      static_cast<uint64_t>(std::count_if(item_events.begin(), item_events.end(), enough));
  // The counts fall as events are removed, also within a pass. The order of the removals does not
  // matter: the k-core is unique. Few passes are needed, as most removals happen in the first.
  std::vector<bool> is_kept(event_count, true);
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (size_t e = 0; e < event_count; ++e) {
      if (!is_kept[e]) continue;
      const bool has_enough =
          user_events[log.users[e]] >= min_count && item_events[log.items[e]] >= min_count;
      if (has_enough) continue;
      is_kept[e] = false;
      has_changed = true;
      --user_events[log.users[e]];
      --item_events[log.items[e]];
    }
  }
  KeepMarked(is_kept, log.times);
  KeepMarked(is_kept, log.nanos);
  KeepMarked(is_kept, log.orders);
  KeepMarked(is_kept, log.actions);
  KeepMarked(is_kept, log.values);
  KeepMarked(is_kept, log.users);
  KeepMarked(is_kept, log.items);
  stats.min_count_users = users_before - CountDifferent(log.users, log.user_count);
  stats.min_count_items = items_before - CountDifferent(log.items, log.item_ids.size());
  stats.min_count_events = event_count - log.items.size();
}

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

namespace {

constexpr uint32_t kLeastTested = 3;  // events that a sequence needs to have a test case

// Shuffles all items and takes the first `count`: unlike drawing each item by itself, this gives
// exactly the number that was asked for.
std::vector<bool> DrawItems(size_t item_count, size_t count, uint64_t seed) {
  std::vector<uint32_t> order(item_count);
  std::iota(order.begin(), order.end(), 0u);
  Random random(seed);
  Shuffle(order, random);
  std::vector<bool> is_drawn(item_count);
  for (size_t i = 0; i < count; ++i) is_drawn[order[i]] = true;
  return is_drawn;
}

}  // namespace

Status HoldOutItems(double share, uint64_t seed, std::optional<int64_t> split_time,
                    DatasetArrays& arrays, ImportStats& stats) {
  const size_t item_count = arrays.item_ids.View().size();
  const auto count = static_cast<size_t>(std::llround(share * static_cast<double>(item_count)));
  if (!(share > 0.0 && share <= 0.5) || count == 0) {
    return InvalidArgument("--hold-out-items " + std::to_string(share) +
                           ": expected a share above 0 and up to 0.5 that holds out at least one "
                           "of the " +
                           std::to_string(item_count) + " items");
  }
  if (split_time && arrays.times.empty()) return {};  // SplitByTime reports this error
  const std::vector<bool> is_cold = DrawItems(item_count, count, seed);
  // A cold item keeps its test events and loses all others, so no metric of the test part depends
  // on what training could have learnt about it.
  std::vector<bool> is_kept(arrays.items.size());
  for (size_t s = 0; s < arrays.sequence_count(); ++s) {
    const uint64_t begin = arrays.offsets[s], end = arrays.offsets[s + 1];
    uint64_t warm = 0;
    for (uint64_t e = begin; e < end; ++e) {
      const bool is_test = split_time && arrays.times[e] >= *split_time;
      is_kept[e] = is_test || !is_cold[arrays.items[e]];
      warm += is_kept[e];
    }
    // Leave-one-out: a cold last event stays if the sequence remains long enough to be tested.
    if (split_time || begin == end || is_kept[end - 1]) continue;
    is_kept[end - 1] = warm + 1 >= kLeastTested;
  }
  stats.held_out_items = count;
  stats.held_out_events = KeepEvents(is_kept, arrays);
  return {};
}

}  // namespace tsugi
