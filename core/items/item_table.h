#ifndef TSUGI_CORE_ITEMS_ITEM_TABLE_H_
#define TSUGI_CORE_ITEMS_ITEM_TABLE_H_

#include <cstddef>

#include "core/items/added_items.h"
#include "core/kernels/item_scan.h"
#include "core/kernels/linear.h"
#include "core/layers/workspace.h"
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

/// Two dense layers between item rows of width W and an encoder of width D, so that the cost of
/// scoring an item does not depend on the width of the encoder:
///
///   token = W_in (input_scale * row) + b_in                [W] -> [D]
///   query = W_out (hidden + SiLU(hidden)) + b_out          [D] -> [W], compared with every row
///
/// Source:  the projected decoding head of Netflix's generative recommender (arXiv 2605.23312).
/// Differs: the activation is x + SiLU(x), which lets both signs of what the encoder passed through
///          reach the query (SiLU alone: validation NDCG@10 .066 against .069 after three epochs,
///          one seed); and rows are lifted for the encoder by a layer too, because input and output
///          share one item table.
class ItemProjection {
 public:
  /// Packs the weights. Requires: view.spec.projection_width > 0, view.Validate().ok().
  /// Errors: kOutOfMemory, kUnsupported.
  static Result<ItemProjection> Create(const ModelView& view);

  /// tokens [rows, D] from workspace.item_rows [rows, W], 1 <= rows <= T.
  /// Errors: kInternal from the kernels.
  Status MakeTokens(size_t rows, Workspace& workspace, float* tokens) const;

  /// query [W] from hidden [D], not in workspace.branch, which this overwrites. Errors: as
  /// MakeTokens.
  Status MakeQuery(const float* hidden, Workspace& workspace, float* query) const;

 private:
  ItemProjection() = default;

  Linear input_, output_;
  size_t row_width_ = 0;    ///< W
  size_t model_width_ = 0;  ///< D
};

}  // namespace tsugi

#endif  // TSUGI_CORE_ITEMS_ITEM_TABLE_H_
