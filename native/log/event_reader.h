#ifndef TSUGI_NATIVE_LOG_EVENT_READER_H_
#define TSUGI_NATIVE_LOG_EVENT_READER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "native/log/field_text.h"
#include "native/log/parse_time.h"
#include "native/log/read_audit.h"
#include "native/log/table_reader.h"

namespace tsugi {

/// How to read an event log.
struct EventReaderOptions {
  TableOptions table;
  /// Column names. If empty, the user, item and time columns are found by common names (`user_id`,
  /// `movieId`, `timestamp`, ...), and actions and values are not read. time_column "none" says
  /// that the log has no times although a column looks like it.
  std::string user_column, item_column, time_column, action_column, value_column;
  /// A column of numbers or times that orders events of equal time, e.g. the place in a session.
  std::string order_column;
  /// Whether 03/04/2023 is the 3rd of April. Unset: other dates of the file decide.
  std::optional<bool> day_first;
};

/// One valid row. The views are valid only during the call of the sink.
struct EventRow {
  std::string_view user, item;
  LogTime time;             ///< 0 = unknown (no time column)
  OrderKey order;           ///< 0 without an order column
  std::string_view action;  ///< "" without an action column
  float value = 0;          ///< NaN if the field is empty; 0 without a value column
};

/// The names of the columns that were read.
struct EventColumns {
  std::string user, item, time, action, value, order;  ///< "" if there is no such column
};

/// What reading a log showed, apart from its rows.
struct EventReport {
  EventColumns columns;
  std::vector<std::string> notes;  ///< "file: what was understood", for people
  std::string session_column;      ///< a column that could be the user, by its name; or ""
  uint64_t missing_users = 0;      ///< rows whose user is a marker for "missing", e.g. NULL
  uint64_t missing_items = 0;
  uint64_t list_rows = 0;    ///< rows with a list of items
  uint64_t list_events = 0;  ///< the events that they became
};

using EventSink = std::function<void(const EventRow&)>;

/// Reads event logs with one event per row, one table after the other, and calls `sink` with every
/// valid row. A row whose item is a list (JSON, Parquet) becomes an event for each element. Rows
/// without a user or an item, and rows whose time or value cannot be parsed, go to the audit.
/// Blanks around fields are dropped.
///
/// Errors: kInvalidArgument for a missing column, for a column that holds times and was neither
/// named nor guessed, for dates whose day and month cannot be told apart, or if only some of the
/// files have times; those of TableReader.
Result<EventReport> ReadEvents(const std::vector<TableSource>& sources,
                               const EventReaderOptions& options, ReadAudit& audit,
                               const EventSink& sink);

/// Whether a table with these columns is an event log: it has a user and an item by common names.
bool LooksLikeEvents(const std::vector<std::string>& columns);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_EVENT_READER_H_
