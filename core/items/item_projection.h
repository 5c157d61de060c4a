#ifndef TSUGI_CORE_ITEMS_ITEM_PROJECTION_H_
#define TSUGI_CORE_ITEMS_ITEM_PROJECTION_H_

#include "core/kernels/linear.h"
#include "core/layers/workspace.h"
#include "core/model/model_view.h"

namespace tsugi {

/// Between the item table, whose rows are E wide, and an encoder that is D wide, E < D: a smaller
/// table, and a catalogue scan that costs E / D of the full one.
///
///   token  = W_in row + b_in                    [D], row already times the input scale
///   hidden = W_out silu(h) + b_out              [E], h [D] the encoder's output
///
/// Source: arXiv 2605.23312, projected head (a non-linearity and a linear layer before the logits).
/// Differs: the non-linearity is not named there; the projection on the encoder's side is ours, so
/// that both sides share one table.
class ItemProjection {
 public:
  /// Packs both layers. Requires: view.Validate().ok(), view.spec.has_projection().
  /// Errors: kOutOfMemory, kUnsupported.
  static Result<ItemProjection> Create(const ModelView& view);

  /// workspace.item_rows [rows, E] -> workspace.x [rows, D], 1 <= rows <= T. Errors: kInternal.
  Status ToTokens(size_t rows, Workspace& workspace) const;
  /// workspace.branch [D], the encoder's output -> hidden [E]. Errors: kInternal.
  Status ToHidden(Workspace& workspace, float* hidden) const;

 private:
  ItemProjection(Linear input, Linear output, size_t item_width, size_t width)
      : input_(std::move(input)),
        output_(std::move(output)),
        item_width_(item_width),
        width_(width) {}

  Linear input_;
  Linear output_;
  size_t item_width_;  ///< E
  size_t width_;       ///< D
};

}  // namespace tsugi

#endif  // TSUGI_CORE_ITEMS_ITEM_PROJECTION_H_
