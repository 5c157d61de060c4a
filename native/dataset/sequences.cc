#include "native/dataset/sequences.h"

#include <algorithm>
#include <compare>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "core/base/random.h"

namespace tsugi {
namespace {

// Groups the numbers of the events by user, each group in the order of the log. begins [users + 1].
// A counting sort: linear, and stable, which the tie order `raw` needs.
std::vector<uint64_t> GroupByUser(const RawLog& log, std::vector<uint64_t>& begins) {
  begins.assign(log.user_count + size_t{1}, 0);
  for (const uint32_t user : log.users) ++begins[user + 1];
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
  std::vector<uint64_t> next(begins.begin(), begins.end() - 1);
  std::vector<uint64_t> grouped(log.users.size());
  for (uint64_t e = 0; e < log.users.size(); ++e) grouped[next[log.users[e]]++] = e;
  return grouped;
}

// What an event is sorted by; events that are equal in it are ties.
struct SortKey {
  int64_t time = 0;
  uint32_t nanos = 0;
  double order = 0;
  auto operator<=>(const SortKey&) const = default;
};

SortKey KeyOf(const RawLog& log, uint64_t event) {
  SortKey key;
  if (!log.times.empty()) key.time = log.times[event];
  if (!log.nanos.empty()) key.nanos = log.nanos[event];
  if (!log.orders.empty()) key.order = log.orders[event];
  return key;
}

// Calls `visit` with every run of events that are ties, of two events or more.
template <typename Visit>
void ForEachTie(const RawLog& log, bool unknown_times_tie, std::span<uint64_t> events,
                const Visit& visit) {
  for (size_t begin = 0; begin < events.size();) {
    const SortKey key = KeyOf(log, events[begin]);
    size_t end = begin + 1;
    while (end < events.size() && KeyOf(log, events[end]) == key) ++end;
    const bool is_tie = end - begin > 1 && (key.time != 0 || unknown_times_tie);
    if (is_tie) visit(events.subspan(begin, end - begin));
    begin = end;
  }
}

// Whether the items' indices only rise or only fall, as in a file that is sorted by item.
bool IsSortedByItem(const RawLog& log, const Vocabulary& vocabulary,
                    std::span<const uint64_t> events) {
  bool rises = false, falls = false;
  for (size_t i = 1; i < events.size(); ++i) {
    const uint32_t before = vocabulary.index_of_raw[log.items[events[i - 1]]];
    const uint32_t item = vocabulary.index_of_raw[log.items[events[i]]];
    rises = rises || item > before;
    falls = falls || item < before;
  }
  return rises != falls;
}

// Counts a sequence whose order is that of the file. Two events prove nothing.
void CountOrder(const RawLog& log, const Vocabulary& vocabulary, std::span<const uint64_t> events,
                OrderCounts& counts) {
  if (events.size() < 3) return;
  ++counts.file_ordered;
  counts.sorted_by_item += IsSortedByItem(log, vocabulary, events);
}

// Times and values are parallel to the items, or empty if the log has none.
void AppendEvents(const RawLog& log, const Vocabulary& vocabulary, std::span<const uint64_t> events,
                  DatasetArrays& arrays) {
  for (const uint64_t e : events) {
    arrays.items.push_back(vocabulary.index_of_raw[log.items[e]]);
    if (!log.times.empty()) arrays.times.push_back(log.times[e]);
    if (!log.values.empty()) arrays.values.push_back(log.values[e]);
  }
  arrays.offsets.push_back(arrays.items.size());
}

// Numbers the actions in byte order of their names. Actions whose events were all removed by the
// minimum count get no number.
void AppendActions(const RawLog& log, std::span<const uint64_t> events, DatasetArrays& arrays) {
  std::vector<bool> is_used(log.action_names.size());
  for (const uint32_t action : log.actions) is_used[action] = true;
  std::vector<uint32_t> names;
  for (uint32_t a = 0; a < is_used.size(); ++a) {
    if (is_used[a]) names.push_back(a);
  }
  std::sort(names.begin(), names.end(),
            [&](uint32_t a, uint32_t b) { return log.action_names[a] < log.action_names[b]; });
  std::vector<uint32_t> index_of(is_used.size());
  for (uint32_t i = 0; i < names.size(); ++i) {
    index_of[names[i]] = i;
    arrays.action_names.Append(log.action_names[names[i]]);
  }
  for (const uint64_t e : events) arrays.actions.push_back(index_of[log.actions[e]]);
}

}  // namespace

OrderCounts BuildSequences(const RawLog& log, const Vocabulary& vocabulary,
                           const SequenceOrder& order, DatasetArrays& arrays) {
  OrderCounts counts;
  std::vector<uint64_t> begins;
  std::vector<uint64_t> events = GroupByUser(log, begins);
  const bool has_keys = !log.times.empty() || !log.orders.empty();
  std::vector<std::pair<SortKey, uint64_t>> keyed;
  arrays.items.reserve(log.items.size());
  if (!log.times.empty()) arrays.times.reserve(log.items.size());
  for (size_t user = 0; user < log.user_count; ++user) {
    const auto group = std::span(events).subspan(begins[user], begins[user + 1] - begins[user]);
    if (group.empty()) continue;  // the minimum count removed all events of this user
    if (has_keys && order.sort_by_time) {
      // Sorted together with the numbers of the events, which rise, so the sort is stable.
      keyed.clear();
      for (const uint64_t event : group) keyed.emplace_back(KeyOf(log, event), event);
      std::sort(keyed.begin(), keyed.end());
      for (size_t i = 0; i < group.size(); ++i) group[i] = keyed[i].second;
    }
    // One random stream per sequence: a draw does not depend on how many ties came before it.
    Random random(order.shuffle_ties_seed.value_or(0), arrays.sequence_count());
    ForEachTie(log, order.unknown_times_tie, group, [&](std::span<uint64_t> ties) {
      ++counts.ties;
      if (ties.size() == group.size()) CountOrder(log, vocabulary, group, counts);
      if (order.shuffle_ties_seed) Shuffle(ties, random);
    });
    if (!has_keys && !order.unknown_times_tie) CountOrder(log, vocabulary, group, counts);
    AppendEvents(log, vocabulary, group, arrays);
  }
  if (!log.actions.empty()) AppendActions(log, events, arrays);
  return counts;
}

void AppendTestCases(const RawLog& log, const Vocabulary& vocabulary, DatasetArrays& arrays) {
  const size_t first_sequence = arrays.sequence_count();
  std::vector<uint32_t> items;
  for (size_t c = 0; c < log.case_count(); ++c) {
    items.clear();
    for (uint64_t i = log.case_offsets[c]; i < log.case_offsets[c + 1]; ++i) {
      items.push_back(vocabulary.index_of_raw[log.case_items[i]]);
    }
    // Session sets list a test session once per prefix, the longest first. Storing each prefix
    // would make the test part quadratic in the length of sessions.
    const bool has_previous = arrays.sequence_count() > first_sequence;
    const auto previous = has_previous ? arrays.sequence_items(arrays.sequence_count() - 1)
                                       : std::span<const uint32_t>();
    const bool is_prefix =
        items.size() <= previous.size() && std::equal(items.begin(), items.end(), previous.begin());
    if (!is_prefix) {
      arrays.items.insert(arrays.items.end(), items.begin(), items.end());
      arrays.offsets.push_back(arrays.items.size());
    }
    arrays.test_cases.push_back({static_cast<uint32_t>(arrays.sequence_count() - 1),
                                 static_cast<uint32_t>(items.size() - 1)});
  }
}

}  // namespace tsugi
