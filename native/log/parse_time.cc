#include "native/log/parse_time.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>

#include "native/log/field_text.h"

namespace tsugi {
namespace {

constexpr int64_t kMinTime = -62135596800;  // 0001-01-01
constexpr int64_t kMaxTime = 253402300799;  // 9999-12-31T23:59:59Z
constexpr uint32_t kNanosPerSecond = 1000000000;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Removes between `least` and `most` digits from the front and returns their value, or -1.
int TakeNumber(std::string_view& text, size_t least, size_t most) {
  int value = 0;
  size_t count = 0;
  while (count < most && count < text.size() && IsDigit(text[count])) {
    value = value * 10 + (text[count++] - '0');
  }
  if (count < least) return -1;
  text.remove_prefix(count);
  return value;
}

// Removes `c` from the front of `text` if it is there.
bool Take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// Removes the letters at the front and returns them, in lower case.
std::string TakeLetters(std::string_view& text) {
  std::string word;
  while (!text.empty() && ((text.front() | 0x20) >= 'a' && (text.front() | 0x20) <= 'z')) {
    word += static_cast<char>(text.front() | 0x20);
    text.remove_prefix(1);
  }
  return word;
}

// 1 to 12 for an English name of a month, short or long; 0 for anything else.
int MonthOf(std::string_view word) {
  static constexpr std::string_view kMonths[] = {"january",   "february", "march",    "april",
                                                 "may",       "june",     "july",     "august",
                                                 "september", "october",  "november", "december"};
  for (int month = 0; month < 12; ++month) {
    if (word == kMonths[month] || word == kMonths[month].substr(0, 3)) return month + 1;
  }
  return word == "sept" ? 9 : 0;
}

bool IsWeekday(std::string_view word) {
  static constexpr std::string_view kDays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                               "friday", "saturday", "sunday"};
  return std::any_of(std::begin(kDays), std::end(kDays), [&](std::string_view day) {
    return word == day || word == day.substr(0, 3) || (word.size() == 4 && day.starts_with(word));
  });
}

// Midnight of a day, or nothing if there is no such day. The calendar knows which days exist:
// 31.02. is no date, and a column of such is no time.
std::optional<int64_t> Midnight(int year, int month, int day) {
  if (year < 1 || month < 1 || day < 1) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * int64_t{86400};
}

// Hours east of UTC of a zone's name: those of RFC 5322 and some that name one zone alone. "IST"
// and "BST" are three zones each, so they are refused.
std::optional<int> HoursOf(std::string_view zone) {
  static constexpr std::pair<std::string_view, int> kZones[] = {
      {"z", 0},    {"utc", 0},  {"ut", 0},   {"gmt", 0},  {"est", -5}, {"edt", -4}, {"cst", -6},
      {"cdt", -5}, {"mst", -7}, {"mdt", -6}, {"pst", -8}, {"pdt", -7}, {"wet", 0},  {"west", 1},
      {"cet", 1},  {"cest", 2}, {"eet", 2},  {"eest", 3}, {"msk", 3},  {"jst", 9}};
  for (const auto& [name, hours] : kZones) {
    if (zone == name) return hours;
  }
  return std::nullopt;
}

// Takes an offset, if one is there: +01:00, +0100, +01. Returns false for one that is none.
bool TakeOffset(std::string_view& text, int64_t& offset) {
  const bool is_west = text.starts_with('-');
  if (!Take(text, '+') && !Take(text, '-')) return true;
  const int hours = TakeNumber(text, 2, 2);
  Take(text, ':');
  const int minutes = !text.empty() && IsDigit(text.front()) ? TakeNumber(text, 2, 2) : 0;
  if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return false;
  offset = (hours * 3600 + minutes * 60) * (is_west ? -1 : 1);
  text = TrimBlanks(text);
  return true;
}

// Takes a zone, if one is there: a name, an offset, Go's "+0000 UTC", and JavaScript's
// "GMT+0100 (Central European Standard Time)". Sets `offset` to the seconds east of UTC. Returns
// false for a zone that is no zone.
bool TakeZone(std::string_view& text, int64_t& offset) {
  text = TrimBlanks(text);
  if (!TakeOffset(text, offset)) return false;
  std::string_view rest = text;
  if (const std::optional<int> hours = HoursOf(TakeLetters(rest))) {
    if (*hours != 0) offset = *hours * 3600;
    text = rest;
    if (!TakeOffset(text, offset)) return false;
  }
  if (text.starts_with('(') && text.ends_with(')')) text = {};
  text = TrimBlanks(text);
  return true;
}

// Takes a time of day: 9:05, 09:05:58, 09:05:58.25, 9.05.58, 9:05:58 AM, 090558. Adds it to `time`.
bool TakeClock(std::string_view& text, LogTime& time) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const bool is_compact = digits == 6 || digits == 4;
  int hour = TakeNumber(text, 1, 2), second = 0;
  const char separator = text.starts_with('.') ? '.' : ':';
  if (hour < 0 || (!is_compact && !Take(text, separator))) return false;
  const int minute = TakeNumber(text, 2, 2);
  if ((is_compact && digits == 6) || Take(text, separator)) {
    second = TakeNumber(text, 2, 2);
    if (!text.empty() && (text.front() == '.' || text.front() == ',')) {
      text.remove_prefix(1);
      uint32_t unit = kNanosPerSecond / 10;
      if (text.empty() || !IsDigit(text.front())) return false;
      for (; !text.empty() && IsDigit(text.front()); text.remove_prefix(1), unit /= 10) {
        time.nanos += static_cast<uint32_t>(text.front() - '0') * unit;
      }
    }
  }
  std::string_view rest = TrimBlanks(text);
  const std::string half = TakeLetters(rest);
  if (half == "am" || half == "pm") {
    if (hour < 1 || hour > 12) return false;
    hour = hour % 12 + (half == "pm" ? 12 : 0);
    text = rest;
  }
  // Second 60 is a leap second.
  if (hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return false;
  time.seconds += hour * 3600 + minute * 60 + second;
  return true;
}

// The three numbers of a date that is written with `/`, `-` or `.`, as they stand.
struct DateParts {
  int numbers[3];
  size_t first_digits;  ///< of the first number
  char separator;
};

std::optional<DateParts> TakeDateParts(std::string_view& text) {
  DateParts parts{};
  std::string_view rest = text;
  const size_t before = rest.size();
  parts.numbers[0] = TakeNumber(rest, 1, 4);
  parts.first_digits = before - rest.size();
  if (parts.numbers[0] < 0 || rest.empty()) return std::nullopt;
  parts.separator = rest.front();
  if (parts.separator != '/' && parts.separator != '-' && parts.separator != '.') return {};
  rest.remove_prefix(1);
  parts.numbers[1] = TakeNumber(rest, 1, 2);
  if (parts.numbers[1] < 0 || !Take(rest, parts.separator)) return std::nullopt;
  // A year of two digits says nothing certain.
  parts.numbers[2] = TakeNumber(rest, parts.first_digits == 4 ? 1 : 4, 4);
  if (parts.numbers[2] < 0) return std::nullopt;
  text = rest;
  return parts;
}

// 2023-11-14, 2017/8/18, 31.12.2023, 12/31/2023.
std::optional<int64_t> TakeNumericDate(std::string_view& text, const TimeStyle& style) {
  std::string_view rest = text;
  const std::optional<DateParts> parts = TakeDateParts(rest);
  if (!parts) return std::nullopt;
  const auto [a, b, c] = parts->numbers;
  std::optional<int64_t> midnight;
  if (parts->first_digits == 4) {
    midnight = Midnight(a, b, c);
  } else if (parts->separator == '.' || a > 12) {
    midnight = Midnight(c, b, a);  // with dots the day comes first, everywhere
  } else if (b > 12 || a == b) {
    midnight = Midnight(c, a, b);
  } else if (style.day_first) {
    midnight = *style.day_first ? Midnight(c, b, a) : Midnight(c, a, b);
  }
  if (midnight) text = rest;
  return midnight;
}

// "Dec 31, 2023", "31 December 2023", "01-Jan-1995", "03/Apr/2012".
std::optional<int64_t> TakeNamedDate(std::string_view& text) {
  std::string_view rest = text;
  const auto skip = [&] {
    while (!rest.empty() && (rest.front() == ' ' || rest.front() == ',' || rest.front() == '-' ||
                             rest.front() == '/' || rest.front() == '.')) {
      rest.remove_prefix(1);
    }
  };
  int day = -1;
  std::string word = TakeLetters(rest);
  if (IsWeekday(word)) {
    skip();
    word = TakeLetters(rest);
  }
  int month = MonthOf(word);
  skip();
  day = TakeNumber(rest, 1, 2);
  if (word.empty()) {
    skip();
    month = MonthOf(TakeLetters(rest));
  }
  skip();
  if (month == 0 || day < 0) return std::nullopt;
  const size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  if (digits != 4) return std::nullopt;
  const std::optional<int64_t> midnight = Midnight(TakeNumber(rest, 4, 4), month, day);
  if (midnight) text = rest;
  return midnight;
}

// "Tue Apr 03 18:00:09 +0000 2012" and C's "Tue Apr  3 18:00:09 2012": the year comes last.
std::optional<LogTime> ParseYearLast(std::string_view text) {
  LogTime time;
  if (!IsWeekday(TakeLetters(text))) return std::nullopt;
  text = TrimBlanks(text);
  const int month = MonthOf(TakeLetters(text));
  text = TrimBlanks(text);
  const int day = TakeNumber(text, 1, 2);
  text = TrimBlanks(text);
  int64_t offset = 0;
  if (month == 0 || day < 0 || !TakeClock(text, time) || !TakeZone(text, offset)) return {};
  const int year = TakeNumber(text, 4, 4);
  if (!TrimBlanks(text).empty()) return std::nullopt;
  const std::optional<int64_t> midnight = Midnight(year, month, day);
  if (!midnight) return std::nullopt;
  time.seconds += *midnight - offset;
  return time;
}

std::optional<LogTime> ParseDate(std::string_view text, const TimeStyle& style) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const bool starts_with_digit = !text.empty() && IsDigit(text.front());
  std::optional<int64_t> midnight;
  if (starts_with_digit) midnight = TakeNumericDate(text, style);
  if (!midnight) midnight = TakeNamedDate(text);
  if (!midnight) return ParseYearLast(text);
  LogTime time{*midnight, 0};
  if (text.empty()) return time;
  // Web servers write a colon between date and time.
  if (text.front() != 'T' && text.front() != 't' && text.front() != ' ' && text.front() != ',' &&
      text.front() != ':') {
    return std::nullopt;
  }
  text = text.substr(std::min(text.find_first_not_of("Tt ,:"), text.size()));
  int64_t offset = 0;
  if (text.empty() || !TakeClock(text, time) || !TakeZone(text, offset) || !text.empty()) return {};
  time.seconds -= offset;
  return time;
}

// 20231114, 20231114221320, 20231114T221320Z, 20231114 22:13: dates whose parts are not separated.
// The year is between 1900 and 2100, so that hardly any number of seconds looks like one.
std::optional<LogTime> ParseCompactDate(std::string_view text) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits != 8 && digits != 12 && digits != 14) return std::nullopt;
  const int year = TakeNumber(text, 4, 4), month = TakeNumber(text, 2, 2);
  const int day = TakeNumber(text, 2, 2);
  const std::optional<int64_t> midnight = Midnight(year, month, day);
  if (!midnight || year < 1900 || year > 2100) return std::nullopt;
  LogTime time{*midnight, 0};
  if (digits == 8 && !text.empty()) {
    if (!Take(text, 'T') && !Take(text, ' ')) return std::nullopt;
    if (text.empty()) return std::nullopt;
  }
  int64_t offset = 0;
  if (text.empty()) return time;
  if (!TakeClock(text, time) || !TakeZone(text, offset) || !text.empty()) return std::nullopt;
  time.seconds -= offset;
  return time;
}

// Guesses the unit from the size. 1e11 ms is in 1973 and 1e11 s in the year 5138, and likewise for
// the smaller units: for times between these years the guess is right.
int64_t UnitsPerSecond(double number) {
  number = std::abs(number);
  if (number > 1e17) return 1000000000;
  if (number > 1e14) return 1000000;
  return number > 1e11 ? 1000 : 1;
}

// Clocks that do not count from 1970, by the numbers that they show between 2005 and 2040. In the
// units of UnitsPerSecond the same numbers are some months of 1974 or 1990, or the years after
// 2373.
struct Clock {
  int64_t start;  ///< seconds from 1970 to the clock's start
  int64_t units_per_second;
};
constexpr Clock kClocks[] = {{-11644473600, 10000000},  // Windows: 100 ns since 1601
                             {-62135596800, 10000000},  // .NET: 100 ns since the year 1
                             {-11644473600, 1000000}};  // Chrome: microseconds since 1601
constexpr int64_t kFirstTicks = 1104537600, kLastTicks = 2208988800;  // the years 2005 to 2039

std::optional<LogTime> TimeOfTicks(int64_t number) {
  for (const Clock& clock : kClocks) {
    const int64_t seconds = number / clock.units_per_second + clock.start;
    if (seconds < kFirstTicks || seconds >= kLastTicks) continue;
    const int64_t rest = number % clock.units_per_second;
    return LogTime{
        seconds, static_cast<uint32_t>(rest * (int64_t{kNanosPerSecond} / clock.units_per_second))};
  }
  return std::nullopt;
}

bool IsAllDigits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Integers, by far the most common case, are divided as integers: a double would round nanoseconds.
std::optional<LogTime> ParseUnixTime(std::string_view text) {
  int64_t whole = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, whole);
  if (error == std::errc() && end == last) return TimeOfNumber(whole);
  // Seconds with a fraction, digit by digit: a double holds microseconds of today's times.
  if (error == std::errc() && whole > 0 && (*end == '.' || *end == ',') &&
      UnitsPerSecond(static_cast<double>(whole)) == 1) {
    const std::string_view fraction(end + 1, static_cast<size_t>(last - end - 1));
    const bool may_be_thousands = *end == ',' && fraction.size() == 3;  // 1,234: not read
    if (!fraction.empty() && !may_be_thousands && IsAllDigits(fraction)) {
      uint32_t nanos = 0;
      for (size_t i = 0; i < 9; ++i) {
        nanos = nanos * 10 + static_cast<uint32_t>(i < fraction.size() ? fraction[i] - '0' : 0);
      }
      return LogTime{whole, nanos};
    }
  }
  const std::optional<double> number = ParseNumber(text);
  if (!number || std::abs(*number) > 1e19) return std::nullopt;
  const double time = *number / static_cast<double>(UnitsPerSecond(*number));
  const double seconds = std::floor(time);
  // A double holds microseconds of today's times, and no more.
  const auto micros = static_cast<uint32_t>(std::min(999999.0, std::round((time - seconds) * 1e6)));
  return LogTime{static_cast<int64_t>(seconds), micros * 1000};
}

}  // namespace

std::optional<LogTime> TimeOfNumber(int64_t number) {
  if (number == -1) return std::nullopt;  // what some exporters write for a missing time
  const int64_t units = UnitsPerSecond(static_cast<double>(number));
  if (const std::optional<LogTime> time = TimeOfTicks(number)) return time;
  int64_t seconds = number / units, rest = number % units;
  if (rest < 0) --seconds, rest += units;
  if (seconds < kMinTime || seconds > kMaxTime) return std::nullopt;
  return LogTime{seconds, static_cast<uint32_t>(rest * (int64_t{kNanosPerSecond} / units))};
}

std::optional<LogTime> ParseLogTime(std::string_view text, const TimeStyle& style) {
  text = TrimBlanks(text);
  std::optional<LogTime> time;
  if (style.has_compact_dates && text.size() >= 8) {
    time = ParseCompactDate(text);
    const bool has_its_length = text.size() == 8 || text.size() == 14;
    // The 30th of February is no unix time.
    if (!time && has_its_length && IsAllDigits(text)) return std::nullopt;
  }
  if (!time) time = ParseUnixTime(text);
  if (!time) time = ParseDate(text, style);
  if (time && (time->seconds < kMinTime || time->seconds > kMaxTime)) return std::nullopt;
  return time;
}

std::optional<int64_t> ParseTime(std::string_view text) {
  const std::optional<LogTime> time = ParseLogTime(text);
  if (!time) return std::nullopt;
  return time->seconds;
}

DateEvidence EvidenceOf(std::string_view text) {
  text = TrimBlanks(text);
  const std::optional<DateParts> parts = TakeDateParts(text);
  if (!parts || parts->first_digits == 4 || parts->separator == '.') return DateEvidence::kNone;
  const auto [a, b, c] = parts->numbers;
  if (a == b) return DateEvidence::kNone;
  if (a > 12) return b > 12 ? DateEvidence::kNone : DateEvidence::kDayFirst;
  return b > 12 ? DateEvidence::kMonthFirst : DateEvidence::kEither;
}

}  // namespace tsugi
