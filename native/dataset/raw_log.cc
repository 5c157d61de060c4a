#include "native/dataset/raw_log.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "native/log/sequence_reader.h"

namespace tsugi {
namespace {

Status ReadEventLog(const ImportOptions& options, ReadAudit& audit, RawLog& log,
                    ImportStats& stats) {
  // Ids become numbers while reading: a log of millions of rows has far fewer distinct ids, and the
  // rest of the import works on arrays of integers.
  InternedStrings users;
  const bool has_action = !options.event_reader.action_column.empty();
  const bool has_value = !options.event_reader.value_column.empty();
  const EventSink sink = [&](const EventRow& row) {
    log.users.push_back(users.Insert(row.user).first);
    log.items.push_back(log.item_ids.Insert(row.item).first);
    log.times.push_back(row.time_s);
    if (has_action) log.actions.push_back(log.action_names.Insert(row.action).first);
    if (has_value) log.values.push_back(row.value);
  };
  TSUGI_ASSIGN_OR_RETURN(EventColumns columns,
                         ReadEvents(options.events, options.event_reader, audit, sink));
  // Without a time column every event got time 0; an empty array says "no times" once for all.
  if (columns.time.empty()) log.times.clear();
  log.user_count = static_cast<uint32_t>(users.size());
  stats.user_column = std::move(columns.user);
  stats.item_column = std::move(columns.item);
  stats.time_column = std::move(columns.time);
  stats.action_column = std::move(columns.action);
  stats.value_column = std::move(columns.value);
  return {};
}

Status ReadSequenceLog(const ImportOptions& options, ReadAudit& audit, RawLog& log,
                       ImportStats& stats) {
  // offsets[u] .. offsets[u + 1] are the events of user u. The times file may list the users in
  // another order, so it needs them.
  InternedStrings users;
  std::vector<uint64_t> offsets = {0};
  const auto add_sequence = [&](std::string_view user,
                                std::span<const std::string_view> items) -> std::string_view {
    const auto [number, is_new] = users.Insert(user);
    // Joining the two lines would invent a transition between them.
    if (!is_new) return "a second line of the same user";
    for (const std::string_view item : items) {
      log.users.push_back(number);
      log.items.push_back(log.item_ids.Insert(item).first);
    }
    offsets.push_back(log.items.size());
    return {};
  };
  TSUGI_RETURN_IF_ERROR(ReadSequences(options.events, audit, add_sequence));
  log.user_count = static_cast<uint32_t>(users.size());
  if (!options.times) return {};

  log.times.assign(log.items.size(), 0);
  std::vector<bool> has_times(users.size());
  const auto add_times = [&](std::string_view user,
                             std::span<const int64_t> times) -> std::string_view {
    const std::optional<uint32_t> number = users.Find(user);
    if (!number) return "times of a user without a sequence";
    const uint64_t begin = offsets[*number];
    if (times.size() != offsets[*number + 1] - begin) return "number of times differs from items";
    if (has_times[*number]) return "a second line of the same user";
    has_times[*number] = true;
    std::copy(times.begin(), times.end(), log.times.begin() + static_cast<ptrdiff_t>(begin));
    return {};
  };
  TSUGI_RETURN_IF_ERROR(ReadTimes(*options.times, audit, add_times));
  stats.users_without_times =
      static_cast<uint64_t>(std::count(has_times.begin(), has_times.end(), false));
  return {};
}

// Sessions are anonymous: each line counts as a user of its own.
Status ReadSessionLog(const ImportOptions& options, ReadAudit& audit, RawLog& log) {
  const auto add_session = [&](std::span<const std::string_view> items) {
    for (const std::string_view item : items) {
      log.users.push_back(log.user_count);
      log.items.push_back(log.item_ids.Insert(item).first);
    }
    ++log.user_count;
  };
  return ReadSessions(options.events, audit, add_session);
}

// Reads test cases into the same numbering of items as the log, so that an item that only a test
// case has gets an index as well.
Status ReadGivenCases(const ImportOptions& options, ReadAudit& audit, RawLog& log) {
  const auto add_case = [&](std::span<const std::string_view> history, std::string_view target) {
    for (const std::string_view item : history) {
      log.case_items.push_back(log.item_ids.Insert(item).first);
    }
    log.case_items.push_back(log.item_ids.Insert(target).first);
    log.case_offsets.push_back(log.case_items.size());
  };
  TSUGI_RETURN_IF_ERROR(ReadTestCases(*options.test_cases, audit, add_case));
  if (log.case_count() == 0) {
    return InvalidArgument(options.test_cases->string() +
                           ": no valid test case (expected lines \"item item ...<TAB>target\"). " +
                           "Try: put a tab before the target");
  }
  return {};
}

// "; 3 rows rejected, first reason: no user, at log.csv:2: ,5,7", or "". A log without a valid row
// is most often one that is read in the wrong format, and the first reason shows how.
std::string RejectedNote(const ReadAudit& audit) {
  if (audit.reasons().empty()) return {};
  const ReadAudit::Reason& first = audit.reasons().front();
  return "; " + std::to_string(audit.rejected_count()) + " rows rejected, first reason: " +
         first.reason + ", at " + first.example;
}

}  // namespace

Result<RawLog> ReadLog(const ImportOptions& options, ReadAudit& audit, ImportStats& stats) {
  RawLog log;
  switch (options.format) {
    case LogFormat::kEvents:
      TSUGI_RETURN_IF_ERROR(ReadEventLog(options, audit, log, stats));
      break;
    case LogFormat::kSequences:
      TSUGI_RETURN_IF_ERROR(ReadSequenceLog(options, audit, log, stats));
      break;
    case LogFormat::kSessions:
      TSUGI_RETURN_IF_ERROR(ReadSessionLog(options, audit, log));
      break;
  }
  if (log.items.empty()) {
    return InvalidArgument(options.events.front().string() + ": no valid row" +
                           RejectedNote(audit) + ". Try: check --format and the columns");
  }
  // After the sessions, so that items of the log come first in the numbering.
  if (options.test_cases) TSUGI_RETURN_IF_ERROR(ReadGivenCases(options, audit, log));
  return log;
}

}  // namespace tsugi
