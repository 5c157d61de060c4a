#include "native/dataset/min_count.h"

#include <algorithm>
#include <vector>

#include "native/dataset/keep_events.h"

namespace tsugi {
namespace {

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

}  // namespace tsugi
