#ifndef TSUGI_NATIVE_TRAIN_ITEM_COUNTS_ITEM_COUNTS_H_
#define TSUGI_NATIVE_TRAIN_ITEM_COUNTS_ITEM_COUNTS_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "native/dataset/dataset.h"
#include "native/model/model_file.h"

namespace tsugi::train {

/// Gives a model the part `item_counts`: how often each item occurs in the first ends[s] events of
/// each sequence s, which are those that training reads.
/// Errors: those of ModelData::ChangeSpec; the model is as it was then.
inline Status AddItemCounts(const Dataset& dataset, std::span<const uint32_t> ends,
                            ModelData& model) {
  std::vector<uint64_t> counts(dataset.item_count());
  uint64_t events = 0;
  for (size_t s = 0; s < ends.size(); ++s) {
    for (const uint32_t item : dataset.sequence_items(s).first(ends[s])) ++counts[item];
    events += ends[s];
  }
  ModelSpec spec = model.spec;
  spec.item_counts =
      ItemCountsSpec{.events = static_cast<uint32_t>(std::min<uint64_t>(events, UINT32_MAX))};
  TSUGI_RETURN_IF_ERROR(model.ChangeSpec(spec));
  const auto levels = model.tensors.find(kItemCountLevels)->second.as<uint8_t>();
  for (size_t i = 0; i < levels.size(); ++i) {
    const double level = kLevelsPerLog * std::log1p(static_cast<double>(counts[i]));
    levels[i] = static_cast<uint8_t>(std::min(255.0, std::round(level)));
  }
  return Status();
}

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_ITEM_COUNTS_ITEM_COUNTS_H_
