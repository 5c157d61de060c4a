#ifndef TSUGI_NATIVE_LOG_TIME_COLUMNS_H_
#define TSUGI_NATIVE_LOG_TIME_COLUMNS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "native/log/parse_time.h"
#include "native/log/table_reader.h"

namespace tsugi {

/// The first rows of a table, each with all columns.
using SampleRows = std::vector<std::vector<std::string>>;

/// Finds a column, other than `used`, that holds times by its name and values, or by its values
/// alone. An order that is taken from the file though its times stand in it is wrong more often
/// than not, and nothing shows it.
std::optional<size_t> FindUnnamedTimes(const TableReader& table, const SampleRows& sample,
                                       const std::vector<size_t>& used);

/// Judges how `column` of the table writes its times, by the sample and, if day and month cannot be
/// told apart there, by the whole table. `day_first` is the user's answer.
/// Errors: kInvalidArgument if dates are of both orders or all could be of either.
Result<TimeStyle> GuessTimeStyle(const TableSource& source, const TableOptions& options,
                                 const std::string& column, const std::vector<std::string>& sample,
                                 std::optional<bool> day_first);

/// Checks that a query whose times have a type did not get them by a guess: reading a CSV file,
/// DuckDB takes 01/02/2023 for the 1st of February if all dates of the file could be of either
/// order. `day_first` is the user's answer. Errors: kInvalidArgument, naming the file.
Status CheckDatesOfQuery(const TableSource& source, const TableOptions& options,
                         std::optional<bool> day_first);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_TIME_COLUMNS_H_
