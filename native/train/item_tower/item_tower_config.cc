#include "native/train/item_tower/item_tower_config.h"

#include <bit>
#include <cstdio>

#include "core/base/concat.h"
#include "core/model/model_spec.h"
#include "native/train/item_tower/item_feature_matrix.h"

namespace tsugi::train {
namespace {

constexpr double kMostHidden = 0.9;

}  // namespace

std::vector<Field> ItemTowerConfig::Fields() {
  return {
      {"enabled", &enabled,
       "builds item rows from titles and attributes too; items can join later"},
      {"features",
       &features,
       {1, 1 << 20, {}, 0},
       "rows of the table of hashed words and attributes, a power of two"},
      {"id_mask",
       &id_mask,
       {0, kMostHidden, {}, -1},
       "share of items whose own vector a step hides"},
  };
}

Status ItemTowerConfig::Resolve(TrainConfig&, const Dataset& dataset) {
  if (!enabled) {
    features = 0;
    id_mask = 0.0;
    return Status();
  }
  if (dataset.item_titles().size() == 0 && dataset.item_metadata().size() == 0) {
    return InvalidArgument(
        "item_tower.enabled = on: the data set has neither titles nor metadata of items. Try: "
        "item_tower.enabled=off, or import with --items");
  }
  if (id_mask < 0.0) id_mask = MeasureColdShare(dataset);
  if (id_mask > kMostHidden) {
    return InvalidArgument(Concat("item_tower.id_mask: training never sees ",
                                  static_cast<int>(100.0 * id_mask),
                                  " % of the items (expected at most 90 %). Try: "
                                  "item_tower.id_mask=0.9, or a longer log"));
  }
  if (features == 0) features = ChooseFeatureCount(dataset);
  if (std::has_single_bit(static_cast<uint64_t>(features))) return Status();
  const auto below = std::bit_floor(static_cast<uint64_t>(features));
  return InvalidArgument(Concat("item_tower.features = ", features,
                                " (expected a power of two). Try: item_tower.features=", below));
}

void ItemTowerConfig::AddTo(ModelSpec& spec) const {
  if (!enabled) return;
  spec.item_tower = ItemTowerSpec{.features = static_cast<uint32_t>(features)};
}

std::vector<std::string> ItemTowerConfig::Notes() const {
  if (!enabled) return {};
  char line[128];
  std::snprintf(line, sizeof line,
                "tower: %ld features; a step hides the own vector of %.2f %% of the items",
                static_cast<long>(features), 100.0 * id_mask);
  return {line};
}

}  // namespace tsugi::train
