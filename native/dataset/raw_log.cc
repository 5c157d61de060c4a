#include "native/dataset/raw_log.h"

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "native/dataset/catalogue.h"
#include "native/log/input_files.h"
#include "native/log/sequence_reader.h"

namespace tsugi {
namespace {

constexpr char kSecondLine[] = "a second line of the same user";

std::string SourceName(const ImportOptions& options) {
  return options.events.empty() ? "--sql" : options.events.front();
}

// "; 3 rows rejected, first reason: no user, at log.csv:2: ,5,7", or "". A log without a valid row
// is most often one that is read in the wrong format, and the first reason shows how.
std::string RejectedNote(const ReadAudit& audit) {
  if (audit.reasons().empty()) return {};
  const ReadAudit::Reason& first = audit.reasons().front();
  return "; " + std::to_string(audit.rejected_count()) +
         " rows rejected, first reason: " + first.reason + ", at " + first.example;
}

// What an audit had counted before a file, so that the file's own rows can be told apart.
struct CountsBefore {
  explicit CountsBefore(const ReadAudit& audit)
      : rows(audit.row_count()), rejected(audit.rejected_count()) {
    for (const ReadAudit::Reason& reason : audit.reasons()) reasons.push_back(reason.count);
  }
  uint64_t Of(const ReadAudit& audit, size_t reason) const {
    return audit.reasons()[reason].count - (reason < reasons.size() ? reasons[reason] : 0);
  }

  uint64_t rows, rejected;
  std::vector<uint64_t> reasons;
};

std::string RemedyFor(std::string_view reason) {
  if (reason == kSecondLine) {
    return "--format events --no-header --user-column 1 --item-column 2, if each line is one event";
  }
  if (reason == "wrong number of columns") return "--delimiter";
  if (reason.starts_with("not a time")) return "--time-column NAME, or --time-column none";
  return "check --format and the columns";
}

// A file of which most is rejected was read in the wrong way, and what is left of it is no data
// set. `remedy` is empty for the log itself, whose reasons have remedies of their own.
Status CheckRejected(const ImportOptions& options, const std::string& name,
                     const CountsBefore& before, const ReadAudit& audit,
                     const std::string& remedy = {}) {
  const uint64_t rows = audit.row_count() - before.rows;
  const uint64_t rejected = audit.rejected_count() - before.rejected;
  if (static_cast<double>(rejected) <= options.max_rejected * static_cast<double>(rows)) return {};
  size_t most = 0;
  for (size_t i = 1; i < audit.reasons().size(); ++i) {
    if (before.Of(audit, i) > before.Of(audit, most)) most = i;
  }
  const ReadAudit::Reason& reason = audit.reasons()[most];
  return InvalidArgument(name + ": " + std::to_string(rejected) + " of " + std::to_string(rows) +
                         " rows rejected, most often: " + reason.reason + ", first at " +
                         reason.example +
                         ". Try: " + (remedy.empty() ? RemedyFor(reason.reason) : remedy) +
                         "; --max-rejected 0.9 imports the rest");
}

// As above for the log, where no valid row at all is an error of its own.
Status CheckRejectedOfLog(const ImportOptions& options, const ReadAudit& audit,
                          ImportStats& stats) {
  stats.rows_read = audit.row_count();
  stats.rows_rejected = audit.rejected_count();
  if (stats.rows_rejected == stats.rows_read) return {};
  return CheckRejected(options, SourceName(options), CountsBefore(ReadAudit()), audit);
}

// Names the user who has more than a tenth of the log, unless the log has so few users that every
// one does: `guest` or `0` is often not one person.
void FindBusiestUser(const RawLog& log, const InternedStrings& users, ImportStats& stats) {
  std::vector<uint64_t> events(users.size());
  for (const uint32_t user : log.users) ++events[user];
  const auto most = std::max_element(events.begin(), events.end());
  if (most == events.end()) return;
  const double share = static_cast<double>(*most) / static_cast<double>(log.users.size());
  if (share <= 0.1 || share * static_cast<double>(users.size()) < 3) return;
  stats.busiest_user = users[static_cast<uint32_t>(most - events.begin())];
  stats.busiest_share = share;
}

// Turns ids into numbers, a few hundred rows at a time (InternedStrings::PrefetchSlot).
class EventCollector {
 public:
  EventCollector(const EventReaderOptions& options, RawLog& log)
      : has_action_(!options.action_column.empty()),
        has_value_(!options.value_column.empty()),
        has_order_(!options.order_column.empty()),
        log_(log) {}

  void Add(const EventRow& row) {
    AddId(row.user, users_, pending_users_);
    AddId(row.item, log_.item_ids, pending_items_);
    if (pending_users_.size() == kBatch) Flush();
    log_.times.push_back(row.time.seconds);
    // Fractions of a second are rare, so their array stays empty until the first one is seen.
    if (row.time.nanos != 0 && log_.nanos.empty()) log_.nanos.resize(log_.times.size() - 1);
    if (row.time.nanos != 0 || !log_.nanos.empty()) log_.nanos.push_back(row.time.nanos);
    if (has_value_) log_.values.push_back(row.value);
    if (has_order_) log_.orders.push_back(row.order);
    if (!has_action_) return;
    // Most rows have the action of the row before.
    const bool is_same = !log_.actions.empty() && log_.action_names[last_action_] == row.action;
    if (!is_same) last_action_ = log_.action_names.Insert(row.action).first;
    log_.actions.push_back(last_action_);
  }

  // Numbers the ids of the rows that are still pending. Call after the last row.
  void Flush() {
    Number(users_, pending_users_, log_.users);
    Number(log_.item_ids, pending_items_, log_.items);
    texts_.clear();
  }

  const InternedStrings& users() const { return users_; }

 private:
  static constexpr size_t kBatch = 256;
  struct Id {
    size_t hash, begin, size;
  };

  // The row's texts are gone with the next row.
  void AddId(std::string_view id, const InternedStrings& ids, std::vector<Id>& pending) {
    pending.push_back({InternedStrings::Hash(id), texts_.size(), id.size()});
    texts_ += id;
    ids.PrefetchSlot(pending.back().hash);
  }
  void Number(InternedStrings& ids, std::vector<Id>& pending, SpillVector<uint32_t>& numbers) {
    for (const Id& id : pending) ids.PrefetchText(id.hash);
    for (const Id& id : pending) {
      numbers.push_back(
          ids.Insert(std::string_view(texts_).substr(id.begin, id.size), id.hash).first);
    }
    pending.clear();
  }

  const bool has_action_, has_value_, has_order_;
  RawLog& log_;
  InternedStrings users_;
  std::vector<Id> pending_users_, pending_items_;
  std::string texts_;
  uint32_t last_action_ = 0;
};

Status ReadEventLog(const ImportOptions& options, const std::vector<std::filesystem::path>& files,
                    const TempFolder* temp_folder, ReadAudit& audit, RawLog& log,
                    ImportStats& stats) {
  // Ids become numbers while reading: a log of millions of rows has far fewer distinct ids, and the
  // rest of the import works on arrays of integers.
  EventCollector collector(options.event_reader, log);
  const EventSink sink = [&](const EventRow& row) { collector.Add(row); };
  EventReaderOptions reader = options.event_reader;
  reader.table.limits = LimitsOfDuckDb(options, temp_folder ? temp_folder->path() : "");
  std::vector<TableSource> sources(files.begin(), files.end());
  if (!options.sql.empty()) sources.emplace_back().sql = options.sql;
  TSUGI_ASSIGN_OR_RETURN(EventReport report, ReadEvents(sources, reader, audit, sink));
  collector.Flush();
  const InternedStrings& users = collector.users();
  // Without a time column every event got time 0; an empty array says "no times" once for all.
  if (report.columns.time.empty()) log.times.clear();
  log.user_count = static_cast<uint32_t>(users.size());
  FindBusiestUser(log, users, stats);
  for (uint32_t user = 0; options.items && user < users.size(); ++user) {
    log.user_hashes.push_back(std::hash<std::string>()(PlainId(users[user])));
  }
  stats.columns = std::move(report.columns);
  stats.notes.insert(stats.notes.end(), report.notes.begin(), report.notes.end());
  stats.list_rows = report.list_rows;
  stats.list_events = report.list_events;
  stats.missing_users = report.missing_users;
  stats.missing_items = report.missing_items;
  const bool is_mostly_anonymous = 2 * report.missing_users > audit.row_count();
  if (!is_mostly_anonymous || report.session_column.empty()) return {};
  return InvalidArgument(sources.front().name() + ": column \"" + stats.columns.user +
                         "\" is missing in " + std::to_string(report.missing_users) + " of " +
                         std::to_string(audit.row_count()) + " rows. Try: --user-column " +
                         report.session_column + ", for one sequence a session");
}

Status ReadSequenceLog(const ImportOptions& options,
                       const std::vector<std::filesystem::path>& files, ReadAudit& audit,
                       RawLog& log, ImportStats& stats) {
  // offsets[u] .. offsets[u + 1] are the events of user u. The times file may list the users in
  // another order, so it needs them.
  InternedStrings users;
  std::vector<uint64_t> offsets = {0};
  const auto add_sequence = [&](std::string_view user,
                                std::span<const std::string_view> items) -> std::string_view {
    const auto [number, is_new] = users.Insert(user);
    // Joining the two lines would invent a transition between them.
    if (!is_new) return kSecondLine;
    for (const std::string_view item : items) {
      log.users.push_back(number);
      log.items.push_back(log.item_ids.Insert(item).first);
    }
    offsets.push_back(log.items.size());
    return {};
  };
  TSUGI_RETURN_IF_ERROR(ReadSequences(files, audit, add_sequence));
  log.user_count = static_cast<uint32_t>(users.size());
  TSUGI_RETURN_IF_ERROR(CheckRejectedOfLog(options, audit, stats));
  if (!options.times) return {};

  log.times.resize(log.items.size());
  std::vector<bool> has_times(users.size());
  const auto add_times = [&](std::string_view user,
                             std::span<const int64_t> times) -> std::string_view {
    const std::optional<uint32_t> number = users.Find(user);
    if (!number) return "times of a user without a sequence";
    const uint64_t begin = offsets[*number];
    if (times.size() != offsets[*number + 1] - begin) return "number of times differs from items";
    if (has_times[*number]) return kSecondLine;
    has_times[*number] = true;
    std::copy(times.begin(), times.end(), log.times.begin() + begin);
    return {};
  };
  const CountsBefore before(audit);
  TSUGI_RETURN_IF_ERROR(ReadTimes(*options.times, audit, add_times));
  TSUGI_RETURN_IF_ERROR(CheckRejected(options, options.times->string(), before, audit,
                                      "a file with a time for every item of a user"));
  stats.users_without_times =
      static_cast<uint64_t>(std::count(has_times.begin(), has_times.end(), false));
  return {};
}

// Sessions are anonymous: each line counts as a user of its own.
Status ReadSessionLog(const std::vector<std::filesystem::path>& files, ReadAudit& audit,
                      RawLog& log) {
  const auto add_session = [&](std::span<const std::string_view> items) {
    for (const std::string_view item : items) {
      log.users.push_back(log.user_count);
      log.items.push_back(log.item_ids.Insert(item).first);
    }
    ++log.user_count;
  };
  return ReadSessions(files, audit, add_session);
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
  const CountsBefore before(audit);
  TSUGI_RETURN_IF_ERROR(ReadTestCases(*options.test_cases, audit, add_case));
  if (log.case_count() == 0) {
    return InvalidArgument(options.test_cases->string() +
                           ": no valid test case (expected lines \"item item ...<TAB>target\"). " +
                           "Try: put a tab before the target");
  }
  return CheckRejected(options, options.test_cases->string(), before, audit,
                       "lines \"item item ...<TAB>target\"");
}

}  // namespace

// Two fifths; of a small limit more, since DuckDB reads a CSV file by blocks of 30 MB a thread.
DuckDbLimits LimitsOfDuckDb(const ImportOptions& options, const std::filesystem::path& folder) {
  constexpr uint64_t kUseful = uint64_t{256} << 20;
  const uint64_t limit = options.memory_bytes;
  if (limit == 0) return {"", folder};
  const uint64_t share = std::max(limit / 5 * 2, std::min(limit / 5 * 4, kUseful));
  return {std::to_string(share) + "B", folder};
}

Result<RawLog> ReadLog(const ImportOptions& options, const TempFolder* temp_folder, Spill* spill,
                       ReadAudit& audit, ImportStats& stats) {
  RawLog log(spill);
  TSUGI_ASSIGN_OR_RETURN(
      const std::vector<std::filesystem::path> files,
      FindInputFiles(options.events, temp_folder ? temp_folder->path() : "", stats.notes));
  switch (options.format) {
    case LogFormat::kEvents:
      TSUGI_RETURN_IF_ERROR(ReadEventLog(options, files, temp_folder, audit, log, stats));
      TSUGI_RETURN_IF_ERROR(CheckRejectedOfLog(options, audit, stats));
      break;
    case LogFormat::kSequences:
      TSUGI_RETURN_IF_ERROR(ReadSequenceLog(options, files, audit, log, stats));
      break;
    case LogFormat::kSessions:
      TSUGI_RETURN_IF_ERROR(ReadSessionLog(files, audit, log));
      TSUGI_RETURN_IF_ERROR(CheckRejectedOfLog(options, audit, stats));
      break;
  }
  if (log.items.empty()) {
    return InvalidArgument(SourceName(options) + ": no valid row" + RejectedNote(audit) +
                           ". Try: check --format and the columns");
  }
  stats.events_read = log.items.size();
  // After the sessions, so that items of the log come first in the numbering.
  if (options.test_cases) TSUGI_RETURN_IF_ERROR(ReadGivenCases(options, audit, log));
  return log;
}

// Only events have columns that can be recognised. The lines of the other two formats look alike,
// so the user is asked instead of guessing.
Result<LogFormat> GuessFormat(const std::string& file) {
  ReadAudit ignored;
  std::vector<std::string> notes;
  TSUGI_ASSIGN_OR_RETURN(const auto files, FindInputFiles({file}, "", notes));
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table,
                         TableReader::Open(TableSource(files.front()), {}, ignored));
  if (table->is_json() || LooksLikeEvents(table->columns())) return LogFormat::kEvents;
  std::string list;
  for (size_t i = 0; i < table->columns().size() && i < 8; ++i) {
    list += (i ? ", " : "") + table->columns()[i];
  }
  return InvalidArgument(
      files.front().string() + ": what is a line of this file? It starts with: " + list +
      ". Try: --format events with --user-column and --item-column (--no-header if the columns " +
      "have no names), --format sequences for lines \"user item item ...\", or --format sessions " +
      "for lines \"item item ...\"");
}

}  // namespace tsugi
