#ifndef TSUGI_NATIVE_DATASET_ITEM_FIELDS_H_
#define TSUGI_NATIVE_DATASET_ITEM_FIELDS_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "native/dataset/import_stats.h"
#include "native/log/json_row.h"

namespace tsugi {

/// Decides which fields of the item metadata may ship with a model. Nothing of a person may: most
/// public logs hold the title next to the event, so the log itself is often given as metadata.
///
/// - The columns that the log uses as user, time, action, value or order never ship, nor does a
///   field that is called as users and sessions usually are.
/// - A field that differs between two rows of one item belongs to the event.
/// - Nested objects do not ship, because nothing looks into them.
/// - A field that mostly holds users who had the row's item is the log's user column under another
///   name (FindUsers).
/// - A file with such a column is a log. There a field ships only if it is proven to be the item's:
///   two items have rows of two users, and the field is equal in all rows of every item.
/// The user's choice narrows this, or names fields that are the item's after all.
class ItemFields {
 public:
  /// `columns`: those of the log, empty names if it has none. `all`: those of the metadata.
  ItemFields(const EventColumns& columns, const std::vector<std::string>& all,
             const std::optional<std::vector<std::string>>& chosen,
             const std::vector<std::string>& without);

  /// Errors: kInvalidArgument if a chosen field does not exist or is the log's user.
  Status Check(const std::string& file) const;

  /// Says which field is the title. A catalogue may spell a title in two ways; in a log only the
  /// user knows that it is the item's.
  void SetTitle(const std::string& name, bool is_named_by_user) {
    if (is_named_by_user || !is_log_) title_ = name;
    is_title_named_ = is_named_by_user;
  }

  /// Whether the metadata is a log: a row may be an event of a person.
  bool is_log() const { return is_log_; }

  /// Says that the field holds users of the log. What else the file holds may be the event's then.
  void AddUserField(std::string_view name);

  /// Looks at the first row of an item, as a JSON object.
  void AddFirst(std::string_view row);
  /// Looks at another row of an item whose first row is `first`.
  void AddAnother(std::string_view first, std::string_view row);

  /// Whether a field ships, after all rows have been looked at.
  bool Ships(std::string_view name) const { return ReasonAgainst(name).empty(); }
  /// The fields that do not ship, in the order of the file.
  std::vector<LeftOutField> LeftOut() const;
  /// The row without the fields that do not ship; unchanged if all do.
  std::string Shipping(std::string_view row) const;

 private:
  struct Field {
    bool differs = false;  // between rows of one item
    bool varies = false;   // between rows
    bool is_nested = false;
    bool is_user = false;
    std::optional<std::string> first_value;
  };
  std::string ReasonAgainst(std::string_view name) const;
  bool IsChosen(std::string_view name) const;
  bool IsOfPerson(std::string_view name) const;

  EventColumns columns_;
  std::vector<std::string> all_;
  std::optional<std::vector<std::string>> chosen_;
  std::vector<std::string> without_;
  std::string title_;  // ships whatever its values are; or empty
  bool is_title_named_ = false;
  bool is_log_ = false;
  static constexpr size_t kProofs = 2;
  size_t proofs_ = 0;  // items with rows of two users
  std::string proof_;  // the first row of the last one
  std::map<std::string, Field, std::less<>> fields_;
  std::vector<JsonMember> members_, others_;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_ITEM_FIELDS_H_
