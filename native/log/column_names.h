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

/// What a column means, the option that names it and the names it is known under, best first.
struct ColumnRole {
  std::string_view what;    ///< e.g. "user"
  std::string_view option;  ///< e.g. "--user-column"
  std::span<const std::string_view> known_names;
};

extern const ColumnRole kUserRole, kItemRole, kTimeRole, kActionRole, kValueRole;
extern const ColumnRole kItemIdRole, kTitleRole;

/// Finds the column called `name`; if `name` is empty, the first known name of the role (upper and
/// lower case and `_`, `-` and blanks do not matter then). Nothing if no known name is there.
/// Errors: kInvalidArgument if a given name is missing; lists the columns and the nearest name.
Result<std::optional<size_t>> FindColumn(std::string_view file,
                                         const std::vector<std::string>& columns,
                                         const ColumnRole& role, std::string_view name);

/// As FindColumn, but a role without a column is an error too.
Result<size_t> RequireColumn(std::string_view file, const std::vector<std::string>& columns,
                             const ColumnRole& role, std::string_view name);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_COLUMN_NAMES_H_
