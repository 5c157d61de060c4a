#ifndef TSUGI_NATIVE_LOG_EVENT_READER_H_
#define TSUGI_NATIVE_LOG_EVENT_READER_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "native/log/read_audit.h"
#include "native/log/table_reader.h"

namespace tsugi {

/// How to read an event log.
struct EventReaderOptions {
  TableOptions table;
  /// Column names. If empty, the user, item and time columns are found by common names (`user_id`,
  /// `movieId`, `timestamp`, ...), and actions and values are not read.
  std::string user_column, item_column, time_column, action_column, value_column;
};

/// One valid row. The views are valid only during the call of the sink.
struct EventRow {
  std::string_view user, item;
  int64_t time_s = 0;       ///< unix seconds; 0 = unknown (no time column)
  std::string_view action;  ///< "" without an action column
  float value = 0;          ///< NaN if the field is empty; 0 without a value column
};

/// The names of the columns that were read.
struct EventColumns {
  std::string user, item, time, action, value;  ///< "" if there is no such column
};

using EventSink = std::function<void(const EventRow&)>;

/// Reads event logs with one event per row, one file after the other, and calls `sink` with every
/// valid row. Rows without a user or an item, and rows whose time or value cannot be parsed, go to
/// the audit. Blanks around fields are dropped.
///
/// Errors: kInvalidArgument for a missing column, or if only some of the files have times; those of
/// TableReader.
Result<EventColumns> ReadEvents(const std::vector<std::filesystem::path>& files,
                                const EventReaderOptions& options, ReadAudit& audit,
                                const EventSink& sink);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_EVENT_READER_H_
