#include "native/train/head_cost.h"

namespace tsugi::train {

HeadCost CountHeadCost(const TrainConfig& config, const ModelSpec& spec) {
  constexpr double kPerNumber = 3 * 2;
  const double width = spec.model_width, row = spec.row_width();
  const double scored = config.loss == "cross_entropy" ? static_cast<double>(spec.item_count)
                                                       : static_cast<double>(config.negatives + 1);
  const double layers = spec.projection_width > 0 ? 2 * width * row : 0.0;
  return {kPerNumber * (scored * row + layers), kPerNumber * spec.item_count * width};
}

}  // namespace tsugi::train
