#ifndef TSUGI_NATIVE_TRAIN_ITEM_TOWER_ITEM_TOWER_CONFIG_H_
#define TSUGI_NATIVE_TRAIN_ITEM_TOWER_ITEM_TOWER_CONFIG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "native/dataset/dataset.h"
#include "native/train/config_field.h"

namespace tsugi::train {

/// Keys of [item_tower]: rows of items hold what the items say of themselves too.
struct ItemTowerConfig final : PartConfig {
  bool enabled = false;
  int64_t features = 0;
  double id_mask = -1.0;  ///< share of items whose own vector a step hides

  ItemTowerConfig() : PartConfig("item_tower", "Item tower", "recommender") {}
  /// Errors also: kInvalidArgument for a data set without titles and metadata.
  Status Resolve(TrainConfig& config, const Dataset& dataset) override;
  void AddTo(ModelSpec& spec) const override;
  std::vector<std::string> Notes() const override;

 private:
  std::vector<Field> Fields() override;
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_ITEM_TOWER_ITEM_TOWER_CONFIG_H_
