#include "native/log/column_names.h"

#include <algorithm>
#include <cctype>

#include "core/base/text.h"
#include "native/log/field_text.h"
#include "native/log/parse_time.h"

namespace tsugi {
namespace {

// Common column names in the form that Plain gives. The order decides when a table has several.
constexpr std::string_view kUserNames[] = {"user",       "userid",    "customer",
                                           "customerid", "visitor",   "visitorid",
                                           "session",    "sessionid", "reviewerid"};
constexpr std::string_view kItemNames[] = {"item",      "itemid", "movieid", "product",
                                           "productid", "asin",   "sku",     "articleid"};
constexpr std::string_view kTimeNames[] = {"time",        "timestamp",      "unixtime", "unixts",
                                           "ts",          "date",           "datetime", "eventtime",
                                           "timestampms", "eventtimestamp", "eventdate"};
constexpr std::string_view kItemIdNames[] = {"id",        "item", "itemid", "movieid",
                                             "productid", "asin", "sku",    "articleid"};
constexpr std::string_view kTitleNames[] = {
    "title",        "name",        "itemtitle", "itemname",   "movietitle", "booktitle",
    "producttitle", "productname", "prodname",  "tracktitle", "trackname",  "songtitle",
    "songname",     "artistname",  "headline",  "eventtitle", "videotitle", "gamename"};
// Users' names that no guess is made by, because item files have such columns for other things.
constexpr std::string_view kPersonNames[] = {"uid",           "client",    "clientid",
                                             "memberid",      "accountid", "userpseudoid",
                                             "fullvisitorid", "personid"};
constexpr std::string_view kSessionNames[] = {"session",     "sessionid", "sessid",
                                              "usersession", "visitid",   "basketid",
                                              "invoice",     "invoiceno", "orderid"};

// Lower-cases a name and drops separators: "User_Id" -> "userid".
std::string Plain(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c != '_' && c != '-' && c != ' ') {
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return plain;
}

// "columns: a, b, c". Names 20 columns at most: a wide table must not hide the rest of the message.
std::string ListColumns(const std::vector<std::string>& columns) {
  std::string list = "columns: ";
  for (size_t i = 0; i < columns.size() && i < 20; ++i) {
    if (i > 0) list += ", ";
    list +=
        columns[i].empty() ? "(column " + std::to_string(i + 1) + ", without a name)" : columns[i];
  }
  return columns.size() > 20 ? list + ", ..." : list;
}

bool IsOneOf(std::string_view column, std::span<const std::string_view> names) {
  return std::find(names.begin(), names.end(), Plain(column)) != names.end();
}

}  // namespace

constexpr ColumnRole kOrderRole{"order", "--order-column", {}};
constexpr ColumnRole kUserRole{"user", "--user-column", kUserNames};
constexpr ColumnRole kItemRole{"item", "--item-column", kItemNames};
constexpr ColumnRole kTimeRole{"time", "--time-column", kTimeNames};
constexpr ColumnRole kActionRole{"action", "--action-column", {}};
constexpr ColumnRole kValueRole{"value", "--value-column", {}};
constexpr ColumnRole kItemIdRole{"item id", "--item-id-column", kItemIdNames};
constexpr ColumnRole kTitleRole{"title", "--title-column", kTitleNames};

bool IsUserName(std::string_view column) {
  return IsOneOf(column, kUserNames) || IsOneOf(column, kPersonNames);
}
bool IsSessionName(std::string_view column) { return IsOneOf(column, kSessionNames); }

// Wide on purpose: a name alone decides nothing, the values are looked at as well
// (FindUnnamedTimes).
bool IsTimeName(std::string_view column) {
  const std::string plain = Plain(column);
  const std::string_view name = plain;
  if (IsOneOf(column, kTimeNames)) return true;
  for (const std::string_view part : {"timestamp", "datetime"}) {
    if (name.find(part) != std::string_view::npos) return true;
  }
  for (const std::string_view end : {"time", "date", "dat", "stamp"}) {
    if (name.ends_with(end)) return true;
  }
  return column.ends_with("_at") || column.ends_with("_ts") || column.ends_with("At");
}

// RecBole writes the type of a column into its heading, for example `user_id:token`.
std::string WithoutType(std::string_view column) {
  for (const std::string_view type : {":token_seq", ":token", ":float_seq", ":float"}) {
    if (column.ends_with(type)) return std::string(column.substr(0, column.size() - type.size()));
  }
  return std::string(column);
}

Result<std::optional<size_t>> FindColumn(std::string_view file,
                                         const std::vector<std::string>& columns,
                                         const ColumnRole& role, std::string_view name) {
  // The outer loop runs over the known names, so the best name wins and not the leftmost column.
  if (name.empty()) {
    for (const std::string_view known : role.known_names) {
      for (size_t i = 0; i < columns.size(); ++i) {
        if (Plain(columns[i]) == known) return std::optional<size_t>(i);
      }
    }
    return std::optional<size_t>();
  }
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found != columns.end()) {
    return std::optional<size_t>(static_cast<size_t>(found - columns.begin()));
  }
  // A misspelt name is the usual mistake, so the message offers the most similar column.
  const auto nearest = std::min_element(
      columns.begin(), columns.end(), [&](const std::string& a, const std::string& b) {
        return EditDistance(Plain(a), Plain(name)) < EditDistance(Plain(b), Plain(name));
      });
  std::string message = std::string(file) + ": no column \"" + std::string(name) + "\" for the " +
                        std::string(role.what) + " (" + ListColumns(columns) + ")";
  if (nearest != columns.end()) {
    message += ". Try: " + std::string(role.option) + " \"" + *nearest + "\"";
  }
  return InvalidArgument(std::move(message));
}

// A plain number of seconds from the years after 1990 is above 600 million, which few other numbers
// are.
bool IsLikelyTime(std::string_view text, bool has_time_name) {
  constexpr int64_t kPlausibleFirst = 631152000;  // 1990
  constexpr int64_t kPlausibleLast = 2524608000;  // 2050
  const bool is_number = ParseNumber(text).has_value();
  TimeStyle style;
  style.day_first = true;  // only whether it is a date matters here
  // 20231114 may be a number, 20231114T221320Z may not.
  style.has_compact_dates = has_time_name || !is_number;
  if (EvidenceOf(text) == DateEvidence::kMonthFirst) style.day_first = false;
  const std::optional<LogTime> time = ParseLogTime(text, style);
  if (!time) return false;
  return !is_number || (time->seconds >= kPlausibleFirst && time->seconds <= kPlausibleLast);
}

Result<size_t> RequireColumn(std::string_view file, const std::vector<std::string>& columns,
                             const ColumnRole& role, std::string_view name, bool is_data) {
  TSUGI_ASSIGN_OR_RETURN(const std::optional<size_t> column, FindColumn(file, columns, role, name));
  if (column) return *column;
  if (is_data) {
    // Of a file without names, the fields of the first line stand for them.
    const auto time = std::find_if(columns.begin(), columns.end(), [](const std::string& field) {
      return IsLikelyTime(field, false);
    });
    return InvalidArgument(
        std::string(file) + ": the first line looks like data and not like the names of the " +
        "columns (" + ListColumns(columns) + "). Try: --no-header " +
        "--user-column 1 --item-column 2 --time-column " +
        (time == columns.end() ? std::string("none") : std::to_string(time - columns.begin() + 1)));
  }
  return InvalidArgument(std::string(file) + ": which column is the " + std::string(role.what) +
                         "? (" + ListColumns(columns) + "). Try: " + std::string(role.option) +
                         " NAME");
}

Result<size_t> RequireItemIdColumn(std::string_view file, const std::vector<std::string>& columns,
                                   std::string_view name, std::string_view log_item_column) {
  const bool has_log_name =
      std::find(columns.begin(), columns.end(), log_item_column) != columns.end();
  return RequireColumn(file, columns, kItemIdRole,
                       name.empty() && has_log_name ? log_item_column : name);
}

}  // namespace tsugi
