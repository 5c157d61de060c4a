#ifndef TSUGI_NATIVE_LOG_COLUMN_NAMES_H_
#define TSUGI_NATIVE_LOG_COLUMN_NAMES_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"

namespace tsugi {

/// What a column is used for.
struct ColumnRole {
  std::string_view what;    ///< for messages, e.g. "user"
  std::string_view option;  ///< the option that names the column, e.g. "--user-column"
  std::span<const std::string_view> known_names;  ///< common names of such columns, best first
};

extern const ColumnRole kUserRole, kItemRole, kTimeRole, kActionRole, kValueRole, kOrderRole;
extern const ColumnRole kItemIdRole, kTitleRole;

/// Whether a column is called as users, visitors, customers or their sessions usually are.
bool IsUserName(std::string_view column);
bool IsSessionName(std::string_view column);
/// Whether the name says that the column holds times: "created_at", "unixReviewTime", "t_dat".
bool IsTimeName(std::string_view column);

/// Whether a field is a time; beyond doubt, unless the name of its column says so.
bool IsLikelyTime(std::string_view text, bool has_time_name);

/// The name without the type that RecBole's files add to it: "user_id:token" -> "user_id".
std::string WithoutType(std::string_view column);

/// Finds the column called `name`. If `name` is empty, finds a column by the known names of the
/// role, ignoring case, `_`, `-` and blanks, and returns nothing if there is none.
/// Errors: kInvalidArgument if `name` is not empty and no column has it; the message lists the
/// columns and suggests the nearest name.
Result<std::optional<size_t>> FindColumn(std::string_view file,
                                         const std::vector<std::string>& columns,
                                         const ColumnRole& role, std::string_view name);

/// Like FindColumn, but it is also an error if no column has a known name. `is_data` says that the
/// names are the first row of a file without a heading.
Result<size_t> RequireColumn(std::string_view file, const std::vector<std::string>& columns,
                             const ColumnRole& role, std::string_view name, bool is_data = false);

/// The column of items' ids in a table about items: the one called `name`, else the one called as
/// the log's item column, else one of a common name. Empty names are none.
///
/// The log's own name is a better guess than any common one: two files of one data set usually
/// agree, and "id" may be the id of something else. Errors: as RequireColumn.
Result<size_t> RequireItemIdColumn(std::string_view file, const std::vector<std::string>& columns,
                                   std::string_view name, std::string_view log_item_column);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_COLUMN_NAMES_H_
