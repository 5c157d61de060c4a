#ifndef TSUGI_NATIVE_LOG_PARSE_TIME_H_
#define TSUGI_NATIVE_LOG_PARSE_TIME_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tsugi {

/// A point in time, to the nanosecond: events of one second are ordered by the rest.
struct LogTime {
  int64_t seconds = 0;  ///< since 1970, rounded down; negative before
  uint32_t nanos = 0;   ///< below 1e9
  auto operator<=>(const LogTime&) const = default;
};

/// How a column writes its times, as far as one field alone cannot tell.
struct TimeStyle {
  /// Whether 03/04/2023 is the 3rd of April. Unset: such dates are refused unless day and month are
  /// the same or one of them is above 12.
  std::optional<bool> day_first;
  /// Whether eight digits are a date (20231114) rather than seconds of the year 1970.
  bool has_compact_dates = true;
};

/// Parses a time. README.md in this folder lists what is read as what. Without a zone it is UTC.
/// Returns nothing if `text` is not a time between the years 1 and 9999.
std::optional<LogTime> ParseLogTime(std::string_view text, const TimeStyle& style = {});

/// ParseLogTime of a whole number that is not a date.
std::optional<LogTime> TimeOfNumber(int64_t number);

/// ParseLogTime, in whole seconds.
std::optional<int64_t> ParseTime(std::string_view text);

/// For a date like 03/04/2023, what it says about the order of day and month.
enum class DateEvidence { kNone, kDayFirst, kMonthFirst, kEither };
DateEvidence EvidenceOf(std::string_view text);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_PARSE_TIME_H_
