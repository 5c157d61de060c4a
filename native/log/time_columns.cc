#include "native/log/time_columns.h"

#include <algorithm>
#include <memory>

#include "native/log/column_names.h"
#include "native/log/field_text.h"

namespace tsugi {
namespace {

constexpr double kMostFields = 0.9;  // the share of fields that must agree

bool IsNumber(std::string_view text) { return ParseNumber(text).has_value(); }

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

// What stands in single quotes in a query.
std::vector<std::string> LiteralsOf(std::string_view sql) {
  std::vector<std::string> literals;
  for (size_t begin = sql.find('\''); begin != std::string_view::npos;) {
    const size_t end = std::min(sql.find('\'', begin + 1), sql.size());
    literals.emplace_back(sql.substr(begin + 1, end - begin - 1));
    begin = end == sql.size() ? std::string_view::npos : sql.find('\'', end + 1);
  }
  return literals;
}

// The rows of a query; none if DuckDB refuses it.
std::unique_ptr<TableReader> OpenQuery(const std::string& sql, const TableOptions& options,
                                       ReadAudit& audit) {
  TableSource source;
  source.sql = sql;
  auto table = TableReader::Open(source, options, audit);
  if (!table.ok()) return nullptr;
  return std::move(*table);
}

// Whether DuckDB, left to itself, takes the day of a CSV file's dates first; nothing if the file is
// none or its dates are of another form.
std::optional<bool> GuessOfDuckDb(const std::string& file, const TableOptions& options) {
  ReadAudit ignored;
  const auto formats =
      OpenQuery("SELECT DateFormat, TimestampFormat FROM sniff_csv(" + SqlQuoted(file) + ")",
                options, ignored);
  if (formats == nullptr) return std::nullopt;
  const auto has_row = formats->Next();
  if (!has_row.ok() || !*has_row) return std::nullopt;
  for (const size_t column : {0, 1}) {
    const std::string_view format = formats->field(column);
    if (format.starts_with("%d") && format.substr(3).starts_with("%m")) return true;
    if (format.starts_with("%m") && format.substr(3).starts_with("%d")) return false;
  }
  return std::nullopt;
}

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
      times += IsLikelyTime(field, has_time_name);
      const bool has_digit = field.find_first_of("0123456789") != std::string_view::npos;
      unread += has_digit && !IsNumber(field) && !IsLikelyTime(field, true);
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

Status CheckDatesOfQuery(const TableSource& source, const TableOptions& options,
                         std::optional<bool> day_first) {
  for (const char* said : {"dateformat", "timestampformat", "all_varchar"}) {
    if (source.sql.find(said) != std::string::npos) return {};
  }
  for (const std::string& file : LiteralsOf(source.sql)) {
    const std::optional<bool> guess = GuessOfDuckDb(file, options);
    if (!guess || guess == day_first) continue;
    ReadAudit ignored;
    const auto table = OpenQuery(
        "SELECT * FROM read_csv(" + SqlQuoted(file) + ", all_varchar = true)", options, ignored);
    if (table == nullptr) continue;
    std::vector<DateCounts> counts(table->columns().size());
    for (;;) {
      TSUGI_ASSIGN_OR_RETURN(const bool has_row, table->Next());
      if (!has_row) break;
      for (size_t i = 0; i < counts.size(); ++i) {
        if (!counts[i].is_decided()) counts[i].Add(table->field(i));
      }
    }
    for (const DateCounts& column : counts) {
      if (column.is_decided() || column.either == 0) continue;
      return InvalidArgument("--sql: " + file + " holds dates like " + column.example +
                             ", which DuckDB reads with the " + (*guess ? "day" : "month") +
                             " first by a guess. Try: read_csv(" + SqlQuoted(file) +
                             ", all_varchar = true) with --date-order dmy, or --date-order mdy");
    }
  }
  return {};
}

}  // namespace tsugi
