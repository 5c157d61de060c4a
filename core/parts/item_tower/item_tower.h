#ifndef TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_TOWER_H_
#define TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_TOWER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "core/parts/item_tower/item_features.h"
#include "core/model/model_view.h"
#include "core/model/stored_rows.h"

namespace tsugi {

/// The semantic item tower: a row of the item table from what an item says of itself.
///
///   z     = sum_f weight_f * vector_f / sqrt(sum_f weight_f^2)    over the item's features
///   row   = unknown + z, divided by its length for cosine models
///
/// weight_f is the inverse document frequency of a feature, 0 if training did not see it twice:
/// unseen words and attribute values say nothing. Rows of items that training knew hold their own
/// vector in the place of `unknown` and are stored ready (items.table), so the tower costs them
/// nothing.
/// Source:  the semantic tower of Netflix's generative recommender (arXiv 2605.23312), v = f_fuse(
///          e_ID or e_OOV, z). Differs: f_fuse is a sum; z comes from hashed words and attributes.
class ItemTower {
 public:
  /// Requires: view.spec.tower_features > 0, view.Validate().ok(). Borrows the view's memory.
  explicit ItemTower(const ModelView& view);

  /// row [W] f32. Costs W numbers a feature. An item that says nothing gets the row of any unknown.
  void MakeRow(const ItemDescription& item, std::span<float> row);

 private:
  StoredRows features_;                       ///< [V, W]
  std::span<const float> weights_, unknown_;  ///< [V], [W]
  bool normalize_;
  std::vector<uint32_t> found_;  ///< scratch
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_TOWER_H_
