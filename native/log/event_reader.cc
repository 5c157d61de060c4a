#include "native/log/event_reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>

#include "native/log/column_names.h"
#include "native/log/dialect.h"
#include "native/log/field_text.h"
#include "native/log/json_row.h"
#include "native/log/time_columns.h"

namespace tsugi {
namespace {

constexpr size_t kSampleRows = 1000;

// Files of one log may order their columns differently, so positions are found per file.
struct ColumnPositions {
  size_t user = 0, item = 0;
  std::optional<size_t> time, action, value, order;
  bool item_may_be_list = false;
  bool may_hold_objects = false;  // JSON objects or lists, as user or item
  bool has_list_texts = false;    // items written as Python and JSON write lists, in a text file
  bool has_float_users = false, has_float_items = false;  // 1.0 is 1
  TimeStyle time_style;
  std::optional<TimeStyle> order_style;  // if the order column holds times

  // Of those in Used, the ones that a table of DuckDB hands over without the way through text.
  std::vector<size_t> Typed(const TableReader& table) const {
    const std::vector<size_t> used = Used();
    const auto is_used_once = [&](size_t column) {
      return std::count(used.begin(), used.end(), column) == 1;
    };
    std::vector<size_t> typed;
    const bool has_typed_times =
        time && (table.holds_times(*time) ||
                 (table.holds_unix_times(*time) && !time_style.has_compact_dates));
    if (has_typed_times && is_used_once(*time)) typed.push_back(*time);
    if (value && table.holds_numbers(*value) && is_used_once(*value)) typed.push_back(*value);
    return typed;
  }

  std::vector<size_t> Used() const {
    std::vector<size_t> used = {user, item};
    for (const auto& column : {time, action, value, order}) {
      if (column) used.push_back(*column);
    }
    return used;
  }
};

Result<ColumnPositions> FindColumns(const TableReader& table, const EventReaderOptions& options) {
  // User and item are required. Time is optional but searched for; action and value are only read
  // if named, because no column name says reliably that a number is a duration.
  const auto optional_column = [&](const ColumnRole& role, const std::string& name) {
    return FindColumn(table.name(), table.columns(), role, name);
  };
  const bool is_data = table.has_data_heading();
  ColumnPositions at;
  TSUGI_ASSIGN_OR_RETURN(at.user, RequireColumn(table.name(), table.columns(), kUserRole,
                                                options.user_column, is_data));
  TSUGI_ASSIGN_OR_RETURN(at.item, RequireColumn(table.name(), table.columns(), kItemRole,
                                                options.item_column, is_data));
  if (options.time_column != "none") {
    TSUGI_ASSIGN_OR_RETURN(at.time, optional_column(kTimeRole, options.time_column));
  }
  TSUGI_ASSIGN_OR_RETURN(at.action, optional_column(kActionRole, options.action_column));
  TSUGI_ASSIGN_OR_RETURN(at.value, optional_column(kValueRole, options.value_column));
  TSUGI_ASSIGN_OR_RETURN(at.order, optional_column(kOrderRole, options.order_column));
  if (at.user == at.item) {
    return InvalidArgument(table.name() + ": column \"" + table.columns()[at.user] +
                           "\" cannot be both user and item. Try: --item-column NAME");
  }
  at.item_may_be_list = table.may_hold_lists(at.item);
  at.may_hold_objects = table.may_hold_lists(at.item) || table.may_hold_lists(at.user);
  return at;
}

// The fields of a column that are not missing, without blanks around them.
std::vector<std::string> KnownFields(const SampleRows& sample, size_t column) {
  std::vector<std::string> fields;
  for (const auto& row : sample) {
    const std::string_view field = TrimBlanks(row[column]);
    if (!IsMissing(field)) fields.emplace_back(field);
  }
  return fields;
}

bool AreFloats(const std::vector<std::string>& ids) {
  return !ids.empty() && std::all_of(ids.begin(), ids.end(),
                                     [](const auto& id) { return WholeOfFloat(id).has_value(); });
}

// Settles how the items of a text file are written. Lists in brackets are no ids. Of other lists
// nobody can be sure, so they are named.
void SettleLists(const TableReader& table, const SampleRows& sample, ColumnPositions& at,
                 std::vector<std::string>& notes) {
  const std::vector<std::string> items = KnownFields(sample, at.item);
  const auto most = [&](const auto& holds) {
    return 2 * std::count_if(items.begin(), items.end(), holds) >
           static_cast<ptrdiff_t>(items.size());
  };
  at.has_list_texts =
      most([](const std::string& id) { return id.front() == '[' && id.back() == ']'; });
  if (at.has_list_texts) return;
  for (const char separator : {'|', ';', ','}) {
    if (!most([&](const auto& id) { return id.find(separator) != std::string::npos; })) continue;
    notes.push_back(table.name() + ": column \"" + table.columns()[at.item] +
                    "\" looks like lists (" + items.front() +
                    "), and each is taken for ONE item. Try: --sql \"SELECT *, " +
                    "unnest(string_split(\"" + table.columns()[at.item] + "\", '" + separator +
                    "')) AS one FROM 'FILE'\" --item-column one");
    return;
  }
}

// Settles the times of one file: how they are written, and that none is overlooked. A column of
// times that nobody named is an error and no detail: the order of the file would be taken for that
// of the events.
Status SettleTimes(const TableSource& source, const EventReaderOptions& options,
                   const TableReader& table, const SampleRows& sample, ColumnPositions& at) {
  const auto guess = [&](size_t column) {
    return GuessTimeStyle(source, options.table, table.columns()[column],
                          KnownFields(sample, column), options.day_first);
  };
  if (at.order) {
    const std::vector<std::string> fields = KnownFields(sample, *at.order);
    const auto is_number = [](const auto& field) { return ParseNumber(field).has_value(); };
    const auto numbers = std::count_if(fields.begin(), fields.end(), is_number);
    if (2 * numbers < static_cast<ptrdiff_t>(fields.size())) {
      TSUGI_ASSIGN_OR_RETURN(at.order_style, guess(*at.order));
    }
  }
  if (at.time && table.holds_times(*at.time)) return {};
  if (at.time) {
    TSUGI_ASSIGN_OR_RETURN(at.time_style, guess(*at.time));
    return {};
  }
  if (options.time_column == "none") return {};
  const std::optional<size_t> times = FindUnnamedTimes(table, sample, at.Used());
  if (!times) return {};
  const std::string& name = table.columns()[*times];
  return InvalidArgument(table.name() + ": column \"" + name +
                         "\" holds times, and no time column " + "is named. Try: --time-column \"" +
                         name + "\", or --time-column none");
}

// What the names of the columns do not tell. Sampling a query runs it once more, so it needs a
// reason.
Status Settle(const TableSource& source, const EventReaderOptions& options, TableReader& table,
              ColumnPositions& at, std::vector<std::string>& notes) {
  if (table.is_query() && at.time && table.holds_times(*at.time)) {
    TSUGI_RETURN_IF_ERROR(CheckDatesOfQuery(source, options.table, options.day_first));
  }
  const bool has_typed_times =
      at.time ? table.holds_times(*at.time) : options.time_column == "none";
  if (has_typed_times && !at.order && table.is_query()) return {};
  TSUGI_ASSIGN_OR_RETURN(const SampleRows sample, table.Sample(kSampleRows));
  if (!at.item_may_be_list) SettleLists(table, sample, at, notes);
  return SettleTimes(source, options, table, sample, at);
}

EventColumns ColumnNames(const TableReader& table, const ColumnPositions& at) {
  const auto name = [&](std::optional<size_t> column) {
    return column ? table.columns()[*column] : std::string();
  };
  return {name(at.user),   name(at.item),  name(at.time),
          name(at.action), name(at.value), name(at.order)};
}

// Reads rows of one table and passes them on.
class RowReader {
 public:
  RowReader(TableReader& table, const ColumnPositions& at, const EventSink& sink,
            EventReport& report)
      : table_(table), at_(at), sink_(sink), report_(report) {
    for (const size_t column : at.Typed(table)) {
      (at.time == column ? has_typed_times_ : has_typed_values_) = true;
    }
  }

  Status ReadAll() {
    for (;;) {
      TSUGI_ASSIGN_OR_RETURN(const bool has_row, table_.Next());
      if (!has_row) return {};
      // One bad row never stops a log: it is recorded, and the import goes on.
      const std::string_view problem = ReadRow();
      if (!problem.empty()) table_.Reject(problem);
    }
  }

 private:
  // Returns the reason if the row must be left out, else "". row_ borrows the texts of the table's
  // current row, so the sink must copy what it keeps.
  std::string_view ReadRow() {
    row_.user = TrimBlanks(table_.field(at_.user));
    row_.item = TrimBlanks(table_.field(at_.item));
    if (IsMissing(row_.user)) return Missing("no user", row_.user, report_.missing_users);
    if (IsMissing(row_.item)) return Missing("no item", row_.item, report_.missing_items);
    if (at_.has_float_users) row_.user = WholeOfFloat(row_.user).value_or(row_.user);
    if (at_.has_float_items) row_.item = WholeOfFloat(row_.item).value_or(row_.item);
    if (has_typed_times_) {
      const std::optional<LogTime> time = table_.time(*at_.time);
      if (!time) return "no time";
      row_.time = *time;
    } else if (at_.time) {
      const std::string_view text = TrimBlanks(table_.field(*at_.time));
      if (IsMissing(text)) return "no time";
      const std::optional<LogTime> time = ParseLogTime(text, at_.time_style);
      if (!time) return "not a time (expected unix seconds, milliseconds or a date)";
      row_.time = *time;
    }
    if (at_.action) {
      row_.action = TrimBlanks(table_.field(*at_.action));
      if (IsMissing(row_.action)) row_.action = {};
    }
    if (const std::string_view problem = ReadNumbers(); !problem.empty()) return problem;
    if (at_.may_hold_objects) {
      if (row_.user.starts_with('{') || row_.user.starts_with('[')) return "an object as user";
      if (row_.item.starts_with('{')) return "an object as item (--sql takes it apart)";
    }
    const bool may_be_list = at_.item_may_be_list || at_.has_list_texts;
    if (may_be_list && row_.item.starts_with('[')) return ReadList();
    sink_(row_);
    return {};
  }

  // A missing value is NaN, "unknown". A missing order has no such meaning: the event would have no
  // place among those of the same time.
  std::string_view ReadNumbers() {
    if (at_.value) {
      row_.value = std::numeric_limits<float>::quiet_NaN();
      std::optional<double> value;
      if (has_typed_values_) {
        value = table_.number(*at_.value);
        if (value && std::isnan(*value)) value.reset();
      } else {
        const std::string_view text = TrimBlanks(table_.field(*at_.value));
        value = ParseNumber(text);
        if (!IsMissing(text) && !value) return "value is not a number";
      }
      if (value && std::abs(*value) > std::numeric_limits<float>::max())
        return "value is too large";
      if (value) row_.value = static_cast<float>(*value);
    }
    if (at_.order) {
      const std::optional<OrderKey> order = ReadOrder();
      if (!order) return at_.order_style ? "order is not a time" : "order is not a number";
      row_.order = *order;
    }
    return {};
  }

  std::optional<OrderKey> ReadOrder() const {
    const std::string_view text = table_.field(*at_.order);
    if (!at_.order_style) return ParseOrder(text);
    const std::optional<LogTime> time = ParseLogTime(text, *at_.order_style);
    return time ? std::optional(OrderKey{time->seconds, time->nanos}) : std::nullopt;
  }

  // One event for each element, in the list's order. All elements are read before the first one is
  // passed on, so a list with a bad one adds no event.
  std::string_view ReadList() {
    if (!SplitJsonArray(row_.item, elements_)) {
      list_ = PythonListToJson(row_.item);
      if (!at_.has_list_texts || !SplitJsonArray(list_, elements_)) {
        sink_(row_);  // an id that starts with a bracket
        return {};
      }
    }
    std::vector<std::string> items;
    for (const std::string_view element : elements_) {
      if (element.starts_with('{') || element.starts_with('[')) {
        return "a list of objects as item (expected ids; --sql with unnest takes them apart)";
      }
      AppendJsonText(element, items.emplace_back());
      if (IsMissing(items.back())) items.pop_back();
    }
    if (items.empty()) return "no item";
    ++report_.list_rows;
    report_.list_events += items.size();
    for (const std::string& item : items) {
      row_.item = item;
      sink_(row_);
    }
    return {};
  }

  std::string_view Missing(std::string_view what, std::string_view marker, uint64_t& count) {
    if (marker.empty()) return what;
    ++count;
    reason_ = std::string(what) + " (" + std::string(marker) + " stands for a missing value)";
    return reason_;
  }

  TableReader& table_;
  const ColumnPositions& at_;
  const EventSink& sink_;
  EventReport& report_;
  bool has_typed_times_ = false, has_typed_values_ = false;
  EventRow row_;
  std::string reason_;
  std::string list_;  // owns a list that Python wrote
  std::vector<std::string_view> elements_;
};

// Whether the users and the items of each file are all written as 1.0. One part of a log is written
// as 1 and the next as 1.0 if a table has a gap there: the same ids.
using FloatIds = std::array<bool, 2>;
Result<std::vector<FloatIds>> FindFloatIds(const std::vector<TableSource>& sources,
                                           EventReaderOptions options) {
  std::vector<FloatIds> files(sources.size());
  for (size_t i = 0; sources.size() > 1 && i < sources.size(); ++i) {
    // In JSON the two are one anyway.
    const auto is_json = HoldsJson(sources[i].file);
    if (options.table.delimiter == "{" || (is_json.ok() && *is_json)) continue;
    ReadAudit ignored;
    TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table,
                           TableReader::Open(sources[i], options.table, ignored));
    TSUGI_ASSIGN_OR_RETURN(const ColumnPositions at, FindColumns(*table, options));
    options.table.known_columns = table->columns();
    TSUGI_ASSIGN_OR_RETURN(const SampleRows sample, table->Sample(kSampleRows));
    files[i] = {AreFloats(KnownFields(sample, at.user)), AreFloats(KnownFields(sample, at.item))};
  }
  // Where all files agree, ids stay as they are written.
  for (size_t column = 0; column < 2; ++column) {
    const bool is_same = std::all_of(files.begin(), files.end(), [&](const FloatIds& file) {
      return file[column] == files.front()[column];
    });
    for (FloatIds& file : files) file[column] = file[column] && !is_same;
  }
  return files;
}

}  // namespace

Result<EventReport> ReadEvents(const std::vector<TableSource>& sources,
                               const EventReaderOptions& options, ReadAudit& audit,
                               const EventSink& sink) {
  EventReport report;
  EventReaderOptions file_options = options;
  TSUGI_ASSIGN_OR_RETURN(const std::vector<FloatIds> float_ids, FindFloatIds(sources, options));
  for (const TableSource& source : sources) {
    TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table,
                           TableReader::Open(source, file_options.table, audit));
    TSUGI_ASSIGN_OR_RETURN(ColumnPositions at, FindColumns(*table, options));
    TSUGI_RETURN_IF_ERROR(Settle(source, file_options, *table, at, report.notes));
    const auto [has_float_users, has_float_items] =
        float_ids[static_cast<size_t>(&source - sources.data())];
    at.has_float_users = has_float_users;
    at.has_float_items = has_float_items;
    const EventColumns names = ColumnNames(*table, at);
    if (&source == &sources.front()) report.columns = names;
    // Mixed files would give some events time 0, and an order by time would move them to the front.
    if (report.columns.time.empty() != names.time.empty()) {
      return InvalidArgument(table->name() + ": " + (at.time ? "has" : "has no") +
                             " time column, unlike " + sources.front().name() +
                             " (expected the same in every file). Try: --time-column NAME");
    }
    for (const std::string& note : table->notes()) {
      report.notes.push_back(table->name() + ": " + note);
    }
    for (size_t i = 0; i < table->columns().size(); ++i) {
      if (i != at.user && report.session_column.empty() && IsSessionName(table->columns()[i])) {
        report.session_column = table->columns()[i];
      }
    }
    file_options.table.known_columns = table->columns();
    table->KeepColumns(at.Used(), at.Typed(*table));
    TSUGI_RETURN_IF_ERROR(RowReader(*table, at, sink, report).ReadAll());
  }
  return report;
}

bool LooksLikeEvents(const std::vector<std::string>& columns) {
  const auto has = [&](const ColumnRole& role) {
    const auto found = FindColumn("", columns, role, "");
    return found.ok() && found->has_value();
  };
  return has(kUserRole) && has(kItemRole);
}

}  // namespace tsugi
