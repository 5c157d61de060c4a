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

// Where the events of each user begin when they are grouped by user. [users + 1]
std::vector<uint64_t> CountByUser(const RawLog& log) {
  std::vector<uint64_t> begins(log.user_count + size_t{1});
  for (const uint32_t user : log.users) ++begins[user + 1];
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
  return begins;
}

// Users whose events are grouped and sorted together, in memory: [user, next part's user).
struct Part {
  uint32_t user;
  uint64_t event;  // the first one
};

// Cuts the users into parts, and a last one that is empty. A part is small enough for the caches of
// a processor, and that of a log on disk takes an eighth of the memory at most, unless one user
// alone has more.
std::vector<Part> CutByUser(const RawLog& log, const std::vector<uint64_t>& begins) {
  uint64_t part_events = uint64_t{1} << 18;
  if (!log.users.file().empty()) {
    constexpr uint64_t kEventBytes = 64;  // of the arrays, before and after, and of the grouping
    const uint64_t fitting = log.users.spill()->limit_bytes() / 8 / kEventBytes;
    part_events = std::clamp(fitting, uint64_t{1}, part_events);
  }
  std::vector<Part> parts = {{0, 0}};
  for (uint32_t user = 1; user < log.user_count; ++user) {
    if (begins[user + 1] - parts.back().event > part_events) parts.push_back({user, begins[user]});
  }
  parts.push_back({log.user_count, log.users.size()});
  return parts;
}

// Moves the events of each part together, in the order of the log: a pass that reads in order and
// writes to as many places as there are parts.
template <typename T>
void GatherParts(const std::vector<Part>& parts, const std::vector<uint32_t>& part_of_user,
                 const SpillVector<uint32_t>& users, SpillVector<T>& column) {
  if (column.empty()) return;
  SpillVector<T> gathered(column.spill());
  gathered.resize(column.size());
  std::vector<Part> next = parts;
  for (size_t e = 0; e < column.size(); ++e) {
    gathered[next[part_of_user[users[e]]].event++] = column[e];
  }
  column = std::move(gathered);
}

// One column after the other, so that the disk holds one twice and not the whole log.
void GatherParts(const std::vector<Part>& parts, RawLog& log) {
  if (parts.size() <= 2) return;
  std::vector<uint32_t> part_of_user(log.user_count);
  for (uint32_t part = 0; part + 1 < parts.size(); ++part) {
    std::fill(part_of_user.begin() + parts[part].user, part_of_user.begin() + parts[part + 1].user,
              part);
  }
  GatherParts(parts, part_of_user, log.users, log.items);
  GatherParts(parts, part_of_user, log.users, log.times);
  GatherParts(parts, part_of_user, log.users, log.nanos);
  GatherParts(parts, part_of_user, log.users, log.orders);
  GatherParts(parts, part_of_user, log.users, log.actions);
  GatherParts(parts, part_of_user, log.users, log.values);
  GatherParts(parts, part_of_user, log.users, log.users);
}

// Groups the numbers of a part's events by user, each group in the order of the log. A counting
// sort: linear, and stable, which the tie order `raw` needs.
std::vector<uint64_t> GroupByUser(const RawLog& log, const std::vector<uint64_t>& begins,
                                  const Part& part, const Part& end) {
  std::vector<uint64_t> next(begins.begin() + part.user, begins.begin() + end.user);
  std::vector<uint64_t> grouped(end.event - part.event);
  for (uint64_t e = part.event; e < end.event; ++e) {
    grouped[next[log.users[e] - part.user]++ - part.event] = e;
  }
  return grouped;
}

// What an event is sorted by; events that are equal in it are ties.
struct SortKey {
  int64_t time = 0;
  uint32_t nanos = 0;
  OrderKey order;
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
std::vector<uint32_t> NumberActions(const RawLog& log, DatasetArrays& arrays) {
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
  return index_of;
}

// Brings the events of one user after the other into their order.
class EventSorter {
 public:
  EventSorter(const RawLog& log, const Vocabulary& vocabulary, const SequenceOrder& order)
      : log_(log), vocabulary_(vocabulary), order_(order) {}

  void Sort(size_t sequence, std::span<uint64_t> group) {
    const bool has_keys = !log_.times.empty() || !log_.orders.empty();
    if (has_keys && order_.sort_by_time) {
      // Sorted together with the numbers of the events, which rise, so the sort is stable.
      keyed_.clear();
      for (const uint64_t event : group) keyed_.emplace_back(KeyOf(log_, event), event);
      std::sort(keyed_.begin(), keyed_.end());
      for (size_t i = 0; i < group.size(); ++i) group[i] = keyed_[i].second;
    }
    // One random stream per sequence: a draw does not depend on how many ties came before it.
    Random random(order_.shuffle_ties_seed.value_or(0), sequence);
    ForEachTie(log_, order_.unknown_times_tie, group, [&](std::span<uint64_t> ties) {
      ++counts_.ties;
      if (ties.size() == group.size()) CountOrder(log_, vocabulary_, group, counts_);
      if (order_.shuffle_ties_seed) Shuffle(ties, random);
    });
    if (!has_keys && !order_.unknown_times_tie) CountOrder(log_, vocabulary_, group, counts_);
  }
  const OrderCounts& counts() const { return counts_; }

 private:
  const RawLog& log_;
  const Vocabulary& vocabulary_;
  const SequenceOrder& order_;
  OrderCounts counts_;
  std::vector<std::pair<SortKey, uint64_t>> keyed_;
};

}  // namespace

OrderCounts BuildSequences(RawLog& log, const Vocabulary& vocabulary, const SequenceOrder& order,
                           DatasetArrays& arrays) {
  const std::vector<uint64_t> begins = CountByUser(log);
  const std::vector<Part> parts = CutByUser(log, begins);
  GatherParts(parts, log);
  const std::vector<uint32_t> action_numbers = NumberActions(log, arrays);
  EventSorter sorter(log, vocabulary, order);
  arrays.items.reserve(log.items.size());
  if (!log.times.empty()) arrays.times.reserve(log.items.size());
  for (size_t p = 0; p + 1 < parts.size(); ++p) {
    std::vector<uint64_t> events = GroupByUser(log, begins, parts[p], parts[p + 1]);
    for (size_t user = parts[p].user; user < parts[p + 1].user; ++user) {
      const auto group =
          std::span(events).subspan(begins[user] - parts[p].event, begins[user + 1] - begins[user]);
      if (group.empty()) continue;  // the minimum count removed all events of this user
      sorter.Sort(arrays.sequence_count(), group);
      AppendEvents(log, vocabulary, group, arrays);
      if (!log.user_hashes.empty()) arrays.user_hashes.push_back(log.user_hashes[user]);
    }
    for (const uint64_t e : events) {
      if (!log.actions.empty()) arrays.actions.push_back(action_numbers[log.actions[e]]);
    }
  }
  return sorter.counts();
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
      arrays.items.append(items);
      arrays.offsets.push_back(arrays.items.size());
    }
    arrays.test_cases.push_back({static_cast<uint32_t>(arrays.sequence_count() - 1),
                                 static_cast<uint32_t>(items.size() - 1)});
  }
}

}  // namespace tsugi
