#include "native/log/event_reader.h"

#include <limits>
#include <optional>
#include <utility>

#include "native/log/column_names.h"
#include "native/log/encoding.h"
#include "native/log/parse_time.h"

namespace tsugi {
namespace {

// Files of one log may order their columns differently, so positions are found per file.
struct ColumnPositions {
  size_t user = 0, item = 0;
  std::optional<size_t> time, action, value;
};

Result<ColumnPositions> FindColumns(const TableReader& table, const EventReaderOptions& options) {
  // User and item are required. Time is optional but searched for; action and value are only read
  // if named, because no column name says reliably that a number is a duration.
  const auto optional_column = [&](const ColumnRole& role, const std::string& name) {
    return FindColumn(table.name(), table.columns(), role, name);
  };
  ColumnPositions at;
  TSUGI_ASSIGN_OR_RETURN(
      at.user, RequireColumn(table.name(), table.columns(), kUserRole, options.user_column));
  TSUGI_ASSIGN_OR_RETURN(
      at.item, RequireColumn(table.name(), table.columns(), kItemRole, options.item_column));
  TSUGI_ASSIGN_OR_RETURN(at.time, optional_column(kTimeRole, options.time_column));
  TSUGI_ASSIGN_OR_RETURN(at.action, optional_column(kActionRole, options.action_column));
  TSUGI_ASSIGN_OR_RETURN(at.value, optional_column(kValueRole, options.value_column));
  return at;
}

EventColumns ColumnNames(const TableReader& table, const ColumnPositions& at) {
  const auto name = [&](std::optional<size_t> column) {
    return column ? table.columns()[*column] : std::string();
  };
  return {name(at.user), name(at.item), name(at.time), name(at.action), name(at.value)};
}

// Fills `row` from the table's current row. Returns the reason if the row must be left out, else
// "".
std::string_view ReadRow(const TableReader& table, const ColumnPositions& at, EventRow& row) {
  row.user = TrimBlanks(table.field(at.user));
  row.item = TrimBlanks(table.field(at.item));
  if (row.user.empty()) return "no user";
  if (row.item.empty()) return "no item";
  if (at.time) {
    const std::string_view text = TrimBlanks(table.field(*at.time));
    if (text.empty()) return "no time";
    const std::optional<int64_t> time = ParseTime(text);
    if (!time) return "not a time (expected unix seconds, milliseconds or a date)";
    row.time_s = *time;
  }
  if (at.action) row.action = TrimBlanks(table.field(*at.action));
  if (at.value) {
    const std::string_view text = TrimBlanks(table.field(*at.value));
    const std::optional<double> value = ParseNumber(text);
    if (!text.empty() && !value) return "value is not a number";
    row.value = value ? static_cast<float>(*value) : std::numeric_limits<float>::quiet_NaN();
  }
  return {};
}

}  // namespace

Result<EventColumns> ReadEvents(const std::vector<std::filesystem::path>& files,
                                const EventReaderOptions& options, ReadAudit& audit,
                                const EventSink& sink) {
  std::optional<EventColumns> found;
  for (const std::filesystem::path& file : files) {
    TSUGI_ASSIGN_OR_RETURN(TableReader table, TableReader::Open(file, options.table, audit));
    TSUGI_ASSIGN_OR_RETURN(const ColumnPositions at, FindColumns(table, options));
    const EventColumns names = ColumnNames(table, at);
    if (!found) found = names;
    // Mixed files would give some events time 0, and an order by time would move them to the front.
    if (found->time.empty() != names.time.empty()) {
      return InvalidArgument(table.name() + ": " + (at.time ? "has" : "has no") +
                             " time column, unlike " + files.front().string() +
                             " (expected the same in every file). Try: --time-column NAME");
    }
    for (;;) {
      TSUGI_ASSIGN_OR_RETURN(const bool has_row, table.Next());
      if (!has_row) break;
      // One bad row never stops a log: it is recorded, and the import goes on.
      EventRow row;
      const std::string_view problem = ReadRow(table, at, row);
      if (problem.empty()) {
        sink(row);
      } else {
        table.Reject(problem);
      }
    }
  }
  return found.value_or(EventColumns());
}

}  // namespace tsugi
