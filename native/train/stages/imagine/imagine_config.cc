#include "native/train/stages/imagine/imagine_config.h"

#include "native/train/item_tower/item_tower_config.h"
#include "native/train/train_config.h"

namespace tsugi::train {

std::vector<Field> ImagineConfig::Fields() {
  return {
      {"enabled", &enabled,
       "trains the prior and the decoder that imagine items; needs scoring=cosine"},
      {"width", &width, {4, 4096}, "width of the prior"},
      {"blocks", &blocks, {1, 64}, "residual blocks of the prior"},
      {"steps", &steps, {1, 10'000'000}, "most optimiser steps of the prior"},
      {"learning_rate", &learning_rate, {1e-9, 10}, "of AdamW, for the prior"},
      {"mix", &mix, {0, 1}, "how far a target row moves, at most, towards one of its nearest rows"},
      {"like_value",
       &like_value,
       {.low = 0, .high = 1e12, .special = -1, .special_means = "the median of the values"},
       "least value of an event that counts as a like"},
      {"vectors", &vectors, "none, or the name of vectors that were given at import",
       "imagines such vectors, e.g. of images, in the place of trained rows"},
  };
}

// The noise schedule assumes rows of one length, and results are compared by cosine. Rows of a
// dot-product model may have any length.
Status ImagineConfig::Resolve(TrainConfig& config, const Dataset& dataset) {
  if (!enabled) return Status();
  if (has_vectors()) return FindItemVectors(dataset, "imagine.vectors", vectors).status();
  if (config.scoring == Scoring::kCosine) return Status();
  return InvalidArgument(
      "imagine.enabled = on: needs item rows of one length. Try: scoring=cosine");
}

}  // namespace tsugi::train
