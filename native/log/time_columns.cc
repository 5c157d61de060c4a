#include "native/log/time_columns.h"

#include <algorithm>
#include <memory>

#include "native/log/column_names.h"
#include "native/log/encoding.h"
#include "native/log/parse_number.h"

namespace tsugi {
namespace {

constexpr int64_t kPlausibleFirst = 631152000;  // 1990
constexpr int64_t kPlausibleLast = 2524608000;  // 2050
constexpr double kMostFields = 0.9;             // the share of fields that must agree

bool IsNumber(std::string_view text) { return ParseNumber(text).has_value(); }

// Whether a field is a time, beyond doubt if no name says so. A plain number of seconds from the
// years after 1990 is above 600 million, which few other numbers are.
bool IsTime(std::string_view text, bool has_time_name) {
  TimeStyle style;
  style.day_first = true;  // only whether it is a date matters here
  style.has_compact_dates = has_time_name;
  if (EvidenceOf(text) == DateEvidence::kMonthFirst) style.day_first = false;
  const std::optional<LogTime> time = ParseLogTime(text, style);
  if (!time) return false;
  return !IsNumber(text) || (time->seconds >= kPlausibleFirst && time->seconds <= kPlausibleLast);
}

// Counts what the dates of the whole table say about day and month.
struct DateCounts {
  uint64_t day_first = 0, month_first = 0, either = 0;
  std::string example;  // of `either`

  void Add(std::string_view text) {
    switch (EvidenceOf(text)) {
      case DateEvidence::kNone:
        return;
      case DateEvidence::kDayFirst:
        ++day_first;
        return;
      case DateEvidence::kMonthFirst:
        ++month_first;
        return;
      case DateEvidence::kEither:
        if (either++ == 0) example = TrimBlanks(text);
    }
  }
  bool is_decided() const { return day_first + month_first > 0; }
};

}  // namespace

// A column whose type or name says that it holds times wins over one that only its values give
// away. Zeros are left out of the count: 0 stands for an unknown time.
std::optional<size_t> FindUnnamedTimes(const TableReader& table, const SampleRows& sample,
                                       const std::vector<size_t>& used) {
  std::optional<size_t> by_value;
  for (size_t column = 0; column < table.columns().size(); ++column) {
    if (std::find(used.begin(), used.end(), column) != used.end()) continue;
    if (table.holds_times(column)) return column;
    const bool has_time_name = IsTimeName(table.columns()[column]);
    size_t known = 0, times = 0, unread = 0;
    for (const auto& row : sample) {
      const std::string_view field = TrimBlanks(row[column]);
      if (IsMissing(field) || field == "0") continue;
      ++known;
      times += IsTime(field, has_time_name);
      const bool has_digit = field.find_first_of("0123456789") != std::string_view::npos;
      unread += has_digit && !IsNumber(field) && !IsTime(field, true);
    }
    // A time in a form that is not read is a time: no reason to take the file's order.
    const double enough = kMostFields * static_cast<double>(known);
    if (known > 0 && has_time_name && static_cast<double>(unread) >= enough) return column;
    if (known == 0 || static_cast<double>(times) < enough) continue;
    if (has_time_name) return column;
    if (!by_value) by_value = column;
  }
  return by_value;
}

// For day and month the user's word counts, then the sample, then the whole file. If all are silent
// it is an error: a wrong guess would put the events into another order without a word.
Result<TimeStyle> GuessTimeStyle(const TableSource& source, const TableOptions& options,
                                 const std::string& column, const std::vector<std::string>& sample,
                                 std::optional<bool> day_first) {
  TimeStyle style;
  DateCounts counts;
  size_t numbers = 0, compact = 0;
  for (const std::string& field : sample) {
    counts.Add(field);
    const std::string_view text = TrimBlanks(field);
    if (!IsNumber(text) || text == "0") continue;
    ++numbers;
    TimeStyle plain;
    plain.has_compact_dates = false;
    compact += ParseLogTime(text) != ParseLogTime(text, plain);
  }
  // Seconds since some start may look like a date now and then, but dates always do.
  style.has_compact_dates =
      static_cast<double>(compact) >= kMostFields * static_cast<double>(numbers);
  style.day_first = day_first;
  if (day_first || counts.either + counts.day_first + counts.month_first == 0) return style;

  // The first rows of a log that is in order are all of one month: look on.
  if (!counts.is_decided()) {
    ReadAudit ignored;
    TSUGI_ASSIGN_OR_RETURN(std::unique_ptr<TableReader> table,
                           TableReader::Open(source, options, ignored));
    TSUGI_ASSIGN_OR_RETURN(const std::optional<size_t> at,
                           FindColumn(table->name(), table->columns(), kTimeRole, column));
    if (!at) return style;
    table->KeepColumns({*at});
    counts = {};
    while (!counts.is_decided()) {
      TSUGI_ASSIGN_OR_RETURN(const bool has_row, table->Next());
      if (!has_row) break;
      counts.Add(table->field(*at));
    }
  }
  if (counts.day_first > 0 && counts.month_first > 0) {
    return InvalidArgument(source.name() + ": column \"" + column + "\" holds dates with the day " +
                           "first and dates with the month first. Try: --date-order dmy or " +
                           "--date-order mdy for those that could be either");
  }
  if (counts.is_decided()) {
    style.day_first = counts.day_first > 0;
  } else if (counts.either > 0) {
    return InvalidArgument(source.name() + ": column \"" + column + "\" holds dates like " +
                           counts.example + ", and no date shows whether the day or the month " +
                           "comes first. Try: --date-order dmy, or --date-order mdy");
  }
  return style;
}

}  // namespace tsugi
