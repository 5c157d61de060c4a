#ifndef TSUGI_NATIVE_TRAIN_ITEM_TOWER_ITEM_TOWER_CONFIG_H_
#define TSUGI_NATIVE_TRAIN_ITEM_TOWER_ITEM_TOWER_CONFIG_H_

#include <cstdint>
#include <vector>

#include "core/base/status.h"
#include "native/dataset/dataset.h"
#include "native/train/config_field.h"

namespace tsugi::train {

/// Keys of [item_tower]: rows of items hold what the items say of themselves too.
struct ItemTowerConfig {
  bool enabled = false;
  int64_t features = 0;
  double id_mask = -1.0;  ///< share of items whose own vector a step hides

  std::vector<Field> Fields();
  /// Derives what is open. Errors: kInvalidArgument for a data set without titles and metadata.
  Status Resolve(const Dataset& dataset);
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_ITEM_TOWER_ITEM_TOWER_CONFIG_H_
