#ifndef TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_TOWER_H_
#define TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_TOWER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "core/model/model_view.h"
#include "core/model/stored_rows.h"
#include "core/parts/item_tower/item_features.h"

namespace tsugi {

/// The item tower: computes a row of the item table from the title and attributes of an item.
///
///   z     = sum_f weight_f * vector_f / sqrt(sum_f weight_f^2)    over the item's features f
///   row   = unknown + z, divided by its length in cosine models
///
/// weight_f is the inverse document frequency of the feature, or 0 if fewer than two training items
/// have it; such words and attribute values contribute nothing. An item that was trained has a
/// vector of its own instead of `unknown`. Its row is stored in the file (items.table), so the
/// tower runs only for items that are added later.
/// Source:  the semantic tower of Netflix's generative recommender (arXiv 2605.23312),
///          v = f_fuse(e_ID or e_OOV, z).
/// Differs: f_fuse is a sum; z comes from hashed words and attributes.
class ItemTower {
 public:
  /// Borrows the view's memory. Requires: the model has an item tower, view.Validate().ok().
  explicit ItemTower(const ModelView& view);

  /// Writes row [W] f32 in O(W) per feature. An item without known features gets `unknown`.
  void MakeRow(const ItemDescription& item, std::span<float> row);

 private:
  StoredRows features_;                       ///< [V, W]
  std::span<const float> weights_, unknown_;  ///< [V], [W]
  bool normalize_;
  std::vector<uint32_t> found_;  ///< scratch
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_TOWER_H_
