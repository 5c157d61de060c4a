#ifndef TSUGI_NATIVE_TRAIN_ITEM_TOWER_ITEM_TOWER_H_
#define TSUGI_NATIVE_TRAIN_ITEM_TOWER_ITEM_TOWER_H_

#include <memory>
#include <vector>

#include "core/model/model_spec.h"
#include "native/train/item_tower/item_tower_config.h"
#include "native/train/modules/sequence_model.h"

namespace tsugi::train {

/// Adds to the items' own vectors what the items say of themselves, and what other models say of
/// them. Parameters are item_tower.*.
/// Twin: core/parts/item_tower/item_tower.h, for items that training never sees.
///
///   row_i = own_i + z_i + y_i   z_i = sum_f weight_if * vector_f
///   own_i = table_i, or `unknown` where the item is masked or training never sees it
///   y_i   = sum_m unit_im map_m + bias_m    over the modalities m that the item has and that are
///                                           not masked
class ItemTower : public ItemRowModule {
 public:
  /// `features` of spec.item_count items and spec.item_tower->features features.
  ItemTower(const ModelSpec& spec, const ItemFeatureMatrix& features);

  torch::Tensor Rows(const torch::Tensor& table, const ItemMask& mask) const override;
  torch::Tensor TrainedItems() const override { return trained_; }

 private:
  /// What another model says of the items.
  struct Modality {
    torch::Tensor units;     ///< [N, width] of length 1, zeros for items without
    torch::Tensor is_given;  ///< [N] bool
    torch::Tensor map;       ///< [width, W]
  };

  void AddModalities(const std::vector<std::shared_ptr<const GivenVectors>>& vectors,
                     int64_t width);

  torch::Tensor vectors_, unknown_;                  ///< [V, W], [W]
  std::vector<Modality> modalities_;                 ///< [M]
  torch::Tensor modality_bias_;                      ///< [M, W], undefined without modalities
  torch::Tensor offsets_, item_features_, weights_;  ///< of ItemFeatureMatrix
  torch::Tensor never_seen_;                         ///< [N] bool
  torch::Tensor trained_;                            ///< [K] the others, or undefined: all
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_ITEM_TOWER_ITEM_TOWER_H_
