#include "native/train/head_cost.h"

#include <cstdio>

namespace tsugi::train {

HeadCost CountHeadCost(const TrainConfig& config, const ModelSpec& spec) {
  constexpr double kPerNumber = 3 * 2;
  const double width = spec.encoder.width, row = spec.row_width();
  const double scored = config.loss == LossKind::kCrossEntropy
                            ? static_cast<double>(spec.item_count)
                            : static_cast<double>(config.negatives + 1);
  const double layers = spec.projection_width > 0 ? 2 * width * row : 0.0;
  return {kPerNumber * (scored * row + layers), kPerNumber * spec.item_count * width};
}

std::string DescribeCost(const TrainConfig& config, const Dataset& dataset) {
  const HeadCost cost = CountHeadCost(config, MakeSpec(config, dataset));
  char line[256];
  std::snprintf(line, sizeof line,
                "head: %.3g MFLOP a predicted event; full cross-entropy without a projection: %.3g "
                "(%.1f x)\n",
                cost.here / 1e6, cost.full / 1e6, cost.full / cost.here);
  std::string text = line;
  if (!config.item_tower.enabled) return text;
  std::snprintf(line, sizeof line,
                "tower: %ld features; a step hides the own vector of %.2f %% of the items\n",
                static_cast<long>(config.item_tower.features), 100.0 * config.item_tower.id_mask);
  return text + line;
}

}  // namespace tsugi::train
