#ifndef TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_IMAGINE_CONFIG_H_
#define TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_IMAGINE_CONFIG_H_

#include <cstdint>
#include <vector>

#include "native/train/config_field.h"

namespace tsugi::train {

/// Keys of [imagine]: a second stage that learns to make rows of items that are not there.
struct ImagineConfig {
  bool enabled = false;
  int64_t width = 192;  ///< H of the prior
  int64_t blocks = 4;
  int64_t steps = 8000;
  double learning_rate = 1e-3;
  double mix = 0.5;          ///< PriorConfig::mix
  double like_value = -1.0;  ///< FindLikeRule

  std::vector<Field> Fields() {
    return {
        {"enabled", &enabled,
         "trains the prior and the decoder that imagine items; needs scoring=cosine"},
        {"width", &width, {4, 4096}, "width of the prior"},
        {"blocks", &blocks, {1, 64}, "residual blocks of the prior"},
        {"steps", &steps, {1, 10'000'000}, "most optimiser steps of the prior"},
        {"learning_rate", &learning_rate, {1e-9, 10}, "of AdamW, for the prior"},
        {"mix",
         &mix,
         {0, 1},
         "how far a target row moves, at most, towards one of its nearest rows"},
        {"like_value",
         &like_value,
         {.low = 0, .high = 1e12, .special = -1, .special_means = "the median of the values"},
         "least value of an event that counts as a like"},
    };
  }
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_IMAGINE_CONFIG_H_
