#ifndef TSUGI_NATIVE_LOG_PARSE_TIME_H_
#define TSUGI_NATIVE_LOG_PARSE_TIME_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace tsugi {

/// Reads a time as unix seconds (rounded down), or nothing if `text` is no time from 1970 to 9999.
///
/// Numbers: seconds, also fractional; above 1e11 milliseconds, above 1e14 microseconds, above 1e17
/// nanoseconds. Dates: 2011-12-09, 2011-12-09T12:50[:31[.25]][Z|+01:00], a blank instead of the T;
/// without a zone they are UTC.
std::optional<int64_t> ParseTime(std::string_view text);

/// Reads a finite decimal number that fills all of `text` (blanks around it are skipped).
std::optional<double> ParseNumber(std::string_view text);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_PARSE_TIME_H_
