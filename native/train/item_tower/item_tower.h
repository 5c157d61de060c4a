#ifndef TSUGI_NATIVE_TRAIN_ITEM_TOWER_ITEM_TOWER_H_
#define TSUGI_NATIVE_TRAIN_ITEM_TOWER_ITEM_TOWER_H_

#include "core/model/model_spec.h"
#include "native/train/item_tower/item_tower_config.h"
#include "native/train/modules/sequence_model.h"

namespace tsugi::train {

/// Adds to the items' own vectors what the items say of themselves. Parameters are item_tower.*.
/// Twin: core/parts/item_tower/item_tower.h, for items that training never sees.
///
///   row_i = own_i + z_i         z_i = sum_f weight_if * vector_f
///   own_i = table_i, or `unknown` where the item is masked or training never sees it
class ItemTower : public ItemRowModule {
 public:
  /// `features` of spec.item_count items and spec.item_tower->features features.
  ItemTower(const ModelSpec& spec, const ItemFeatureMatrix& features);

  torch::Tensor Rows(const torch::Tensor& table, const torch::Tensor& mask) const override;
  torch::Tensor TrainedItems() const override { return trained_; }

 private:
  torch::Tensor vectors_, unknown_;                  ///< [V, W], [W]
  torch::Tensor offsets_, item_features_, weights_;  ///< of ItemFeatureMatrix
  torch::Tensor never_seen_;                         ///< [N] bool
  torch::Tensor trained_;                            ///< [K] the others, or undefined: all
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_ITEM_TOWER_ITEM_TOWER_H_
