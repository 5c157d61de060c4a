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

struct EventReaderOptions {
  TableOptions table;
  /// Column names. Empty: user, item and time are found by common names (`user_id`, `movieId`,
  /// `timestamp`, ...); action and value are read only when named.
  std::string user_column, item_column, time_column, action_column, value_column;
};

/// One valid row. Views are valid during the call of the sink.
struct EventRow {
  std::string_view user, item;
  int64_t time_s = 0;       ///< unix seconds, 0 = unknown (no time column)
  std::string_view action;  ///< "" without an action column
  float value = 0;          ///< NaN if the field is empty
};

/// Which optional columns the log has, and under what names the columns were found.
struct EventColumns {
  std::string user, item, time, action, value;  ///< "" = not there
};

using EventSink = std::function<void(const EventRow&)>;

/// Reads event logs with one event per row, file after file, and gives every valid row to `sink`.
/// Rows without user or item, with a time that is none or a value that is no number go to the
/// audit. Blanks around fields are dropped.
///
/// Errors: kInvalidArgument for a missing column or files that disagree on having times; file
/// errors.
Result<EventColumns> ReadEvents(const std::vector<std::filesystem::path>& files,
                                const EventReaderOptions& options, ReadAudit& audit,
                                const EventSink& sink);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_EVENT_READER_H_
