#ifndef TSUGI_CORE_ITEMS_ITEM_TABLE_H_
#define TSUGI_CORE_ITEMS_ITEM_TABLE_H_

#include "core/items/added_items.h"
#include "core/kernels/item_scan.h"
#include "core/model/model_view.h"

namespace tsugi {

/// The items' vectors: those of the file, read in place, and behind them those that were added.
/// Encoder input and scoring use the same rows.
/// Ownership: borrows the view's memory and `added`. Thread-safe (read only).
class ItemTable {
 public:
  /// Requires: view.Validate().ok(). added: null = none.
  explicit ItemTable(const ModelView& view, const AddedItems* added = nullptr);

  /// N, and those that were added.
  size_t item_count() const { return rows_.count() + (added_ != nullptr ? added_->count() : 0); }
  /// Writes what the encoder's token is made of: output [W] f32 = input_scale * row.
  /// Requires: item_index < item_count().
  void EmbedItem(size_t item_index, float* output) const;
  /// The dot product of two rows as stored: of i8 numbers before their scales, exact, or of f32.
  double StoredDot(size_t a, size_t b) const;
  /// What a stored row is multiplied by to be the item's vector; 1 for f32.
  double RowScale(size_t item_index) const;

  /// Of the file.
  const ItemRows& rows() const { return rows_; }

 private:
  /// The rows that hold an item, and the place of its own among them.
  std::pair<ItemRows, size_t> Place(size_t item_index) const;

  ItemRows rows_;
  const AddedItems* added_;
  float input_scale_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_ITEMS_ITEM_TABLE_H_
