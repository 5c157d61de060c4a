#ifndef TSUGI_NATIVE_LOG_PARSE_TIME_H_
#define TSUGI_NATIVE_LOG_PARSE_TIME_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace tsugi {

/// Parses a time and returns unix seconds, rounded down. Returns nothing if `text` is not a time
/// between 1970 and 9999.
///
/// Numbers are unix seconds and may have a fraction; above 1e11 they are milliseconds, above 1e14
/// microseconds, above 1e17 nanoseconds. Dates are 2011-12-09 or
/// 2011-12-09T12:50[:31[.25]][Z|+01:00], with T or a blank between date and time; without a zone
/// they are UTC.
std::optional<int64_t> ParseTime(std::string_view text);

/// Parses a finite decimal number. Blanks around it are skipped; anything else makes it invalid.
std::optional<double> ParseNumber(std::string_view text);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_PARSE_TIME_H_
