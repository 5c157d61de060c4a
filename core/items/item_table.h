#ifndef TSUGI_CORE_ITEMS_ITEM_TABLE_H_
#define TSUGI_CORE_ITEMS_ITEM_TABLE_H_

#include "core/items/added_items.h"
#include "core/kernels/item_scan.h"
#include "core/model/model_view.h"

namespace tsugi {

/// The vectors of the items: those of the file, read in place, followed by those that were added.
/// Encoder input and scoring use the same rows.
/// Ownership: borrows the view's memory and `added`. Thread-safe (read only).
class ItemTable {
 public:
  /// Requires: view.Validate().ok(). added: null = none.
  explicit ItemTable(const ModelView& view, const AddedItems* added = nullptr);

  /// N, and the items that were added.
  size_t item_count() const { return rows_.count() + (added_ != nullptr ? added_->count() : 0); }
  /// Writes the encoder's input for an item: output [W] f32 = input_scale * row.
  /// Requires: item_index < item_count().
  void EmbedItem(size_t item_index, float* output) const;
  /// The dot product of two rows as stored: of i8 numbers without their scales, exact, or of f32.
  double StoredDot(size_t a, size_t b) const;
  /// The factor that makes a stored row the item's vector; 1 for f32.
  double RowScale(size_t item_index) const;

  /// The rows of the file.
  const ItemRows& rows() const { return rows_; }

 private:
  /// The rows that hold an item, and its place among them.
  std::pair<ItemRows, size_t> Place(size_t item_index) const;

  ItemRows rows_;
  const AddedItems* added_;
  float input_scale_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_ITEMS_ITEM_TABLE_H_
