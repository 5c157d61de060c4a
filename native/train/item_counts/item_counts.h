#ifndef TSUGI_NATIVE_TRAIN_ITEM_COUNTS_ITEM_COUNTS_H_
#define TSUGI_NATIVE_TRAIN_ITEM_COUNTS_ITEM_COUNTS_H_

#include <cstdint>
#include <span>

#include "native/dataset/dataset.h"
#include "native/model/model_file.h"

namespace tsugi::train {

/// Gives a model the part `item_counts`: how often each item occurs in the first ends[s] events of
/// each sequence s, which are those that training reads.
/// Errors: those of ModelData::ChangeSpec; the model is as it was then.
Status AddItemCounts(const Dataset& dataset, std::span<const uint32_t> ends, ModelData& model);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_ITEM_COUNTS_ITEM_COUNTS_H_
