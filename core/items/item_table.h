#ifndef TSUGI_CORE_ITEMS_ITEM_TABLE_H_
#define TSUGI_CORE_ITEMS_ITEM_TABLE_H_

#include "core/kernels/item_scan.h"
#include "core/model/model_view.h"

namespace tsugi {

/// The items' vectors, read in place: encoder input and scoring use the same rows.
/// Ownership: borrows the view's memory. Thread-safe (read only).
class ItemTable {
 public:
  /// Requires: view.Validate().ok().
  explicit ItemTable(const ModelView& view);

  size_t item_count() const { return rows_.count(); }
  /// Writes the encoder's token for an item: output [D] f32 = input_scale * row.
  /// Requires: item_index < item_count().
  void EmbedItem(size_t item_index, float* output) const;
  /// The dot product of two rows as stored: of i8 numbers before their scales, exact, or of f32.
  double StoredDot(size_t a, size_t b) const;
  /// What a stored row is multiplied by to be the item's vector; 1 for f32.
  double RowScale(size_t item_index) const;

  const ItemRows& rows() const { return rows_; }

 private:
  ItemRows rows_;
  float input_scale_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_ITEMS_ITEM_TABLE_H_
