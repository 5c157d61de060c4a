#ifndef TSUGI_CORE_ITEMS_ATTRIBUTE_FILTER_H_
#define TSUGI_CORE_ITEMS_ATTRIBUTE_FILTER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/bit_set.h"
#include "core/base/status.h"
#include "core/items/added_items.h"
#include "core/model/model_view.h"

namespace tsugi {

/// Ends a clause of a predicate.
inline constexpr int32_t kEndClause = INT32_MIN;

/// The attributes of each item, of the file or added. Borrows the view's memory and `added`.
class ItemAttributes {
 public:
  /// Requires: view.Validate().ok(). added: null = none.
  explicit ItemAttributes(const ModelView& view, const AddedItems* added = nullptr)
      : offsets_(view.item_attribute_offsets),
        attributes_(view.item_attributes),
        attribute_count_(view.attribute_names().size()),
        item_count_(view.spec.item_count),
        added_(added) {}

  size_t attribute_count() const { return attribute_count_; }
  /// Ascending attribute indices of an item; none if the model has no attributes.
  std::span<const uint32_t> Of(size_t item_index) const {
    if (item_index >= item_count_) return (*added_)[item_index - item_count_].attributes;
    if (offsets_.empty()) return {};
    return attributes_.subspan(offsets_[item_index],
                               offsets_[item_index + 1] - offsets_[item_index]);
  }

 private:
  std::span<const uint32_t> offsets_;
  std::span<const uint32_t> attributes_;
  size_t attribute_count_;
  size_t item_count_;  ///< N, of the file
  const AddedItems* added_;
};

/// Finds the items that meet a predicate over attributes, and keeps the result of the last one.
///
/// A predicate is a list of clauses, which must all be met; each ends with kEndClause. A clause is
/// met by any of the attributes it lists, or by the absence of an attribute written as ~index. A
/// clause without entries is never met; a predicate without clauses is always met. Example: {drama,
/// crime, END, ~year_1999, END} asks for dramas or crime stories not made in 1999.
class AttributeFilter {
 public:
  AttributeFilter(const ItemAttributes& attributes, size_t item_count)
      : attributes_(attributes), matching_(item_count), marks_(attributes.attribute_count()) {}

  /// Called after the attributes of an item changed. Requires: at least as many items as before.
  void SetItemCount(size_t item_count) {
    predicate_.clear();
    matching_.Grow(item_count);
  }
  /// Errors: kOutOfRange for an unknown attribute, kInvalidArgument if the last clause has no end.
  Status Check(std::span<const int32_t> predicate) const;
  /// Bits [N]: 1 = the item meets the predicate; valid until the next call. Costs a pass over all
  /// items' attributes per clause, and nothing for the same predicate again.
  /// Requires: Check(predicate).ok(), and a clause.
  const BitSet& Match(std::span<const int32_t> predicate);

 private:
  void KeepMatching(std::span<const int32_t> clause);

  ItemAttributes attributes_;
  std::vector<int32_t> predicate_;  ///< what `matching_` answers; empty: nothing yet
  BitSet matching_;
  std::vector<uint8_t> marks_;  ///< [A] all zero between calls
};

}  // namespace tsugi

#endif  // TSUGI_CORE_ITEMS_ATTRIBUTE_FILTER_H_
