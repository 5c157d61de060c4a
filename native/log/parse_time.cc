#include "native/log/parse_time.h"

#include <charconv>
#include <chrono>
#include <cmath>

#include "native/log/encoding.h"

namespace tsugi {
namespace {

constexpr int64_t kMaxTime = 253402300799;  // 9999-12-31T23:59:59Z

// Removes exactly `digits` digits from the front of `text` and returns their value, or -1.
int TakeDigits(std::string_view& text, size_t digits) {
  if (text.size() < digits) return -1;
  int value = 0;
  for (size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

// Removes `c` from the front of `text` if it is there.
bool Take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// Parses Z, +hh:mm, +hhmm, +hh or nothing, up to the end of `text`. Returns seconds east of UTC.
std::optional<int64_t> ParseZone(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return 0;
  const bool is_west = text.front() == '-';
  if (!Take(text, '+') && !Take(text, '-')) return std::nullopt;
  const int hours = TakeDigits(text, 2);
  Take(text, ':');
  const int minutes = text.empty() ? 0 : TakeDigits(text, 2);
  if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59 || !text.empty()) return std::nullopt;
  const int64_t offset = hours * 3600 + minutes * 60;
  return is_west ? -offset : offset;
}

// Only ISO 8601: 01/02/2020 is January for some and February for others, and a guess would be wrong
// for half of the logs without anybody noticing.
std::optional<int64_t> ParseDate(std::string_view text) {
  const int year = TakeDigits(text, 4);
  if (year < 0 || !Take(text, '-')) return std::nullopt;
  const int month = TakeDigits(text, 2);
  if (month < 0 || !Take(text, '-')) return std::nullopt;
  const int day = TakeDigits(text, 2);
  if (day < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  const int64_t midnight = std::chrono::sys_days(date).time_since_epoch().count() * int64_t{86400};
  if (text.empty()) return midnight;

  if (!Take(text, 'T') && !Take(text, ' ')) return std::nullopt;
  const int hour = TakeDigits(text, 2);
  if (hour < 0 || !Take(text, ':')) return std::nullopt;
  const int minute = TakeDigits(text, 2);
  int second = 0;
  if (Take(text, ':')) {
    second = TakeDigits(text, 2);
    if (Take(text, '.')) {
      while (!text.empty() && text.front() >= '0' && text.front() <= '9') text.remove_prefix(1);
    }
  }
  // Second 60 is a leap second.
  if (hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return std::nullopt;
  const std::optional<int64_t> zone = ParseZone(TrimBlanks(text));
  if (!zone) return std::nullopt;
  return midnight + hour * 3600 + minute * 60 + second - *zone;
}

// Guesses the unit from the size. 1e11 ms is in 1973 and 1e11 s in the year 5138, and likewise for
// the smaller units: for times between these years the guess is right.
double UnitsPerSecond(double number) {
  if (number > 1e17) return 1e9;
  if (number > 1e14) return 1e6;
  return number > 1e11 ? 1e3 : 1.0;
}

}  // namespace

std::optional<double> ParseNumber(std::string_view text) {
  text = TrimBlanks(text);
  double number = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  if (error != std::errc() || end != last || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::optional<int64_t> ParseTime(std::string_view text) {
  text = TrimBlanks(text);
  std::optional<int64_t> time;
  int64_t whole = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, whole);
  // Integers, by far the most common case, are divided as integers: a double would round
  // nanoseconds.
  if (error == std::errc() && end == last) {
    time = whole / static_cast<int64_t>(UnitsPerSecond(static_cast<double>(whole)));
    if (whole < 0) return std::nullopt;
  } else if (const std::optional<double> number = ParseNumber(text)) {
    if (*number < 0 || *number > 1e19) return std::nullopt;
    time = static_cast<int64_t>(std::floor(*number / UnitsPerSecond(*number)));
  } else {
    time = ParseDate(text);
  }
  if (time && (*time < 0 || *time > kMaxTime)) return std::nullopt;
  return time;
}

}  // namespace tsugi
