#ifndef TSUGI_NATIVE_TRAIN_VALUE_EDGES_H_
#define TSUGI_NATIVE_TRAIN_VALUE_EDGES_H_

#include <vector>

#include "native/dataset/dataset.h"

namespace tsugi::train {

/// Where the values of events are parted into buckets (core/session_input/event_tokenizer.h):
/// quantiles of those of the training part, ascending, each once, at most 15; empty if none is
/// known. Values of few kinds, ratings say, get a bucket each.
std::vector<float> FindValueEdges(const Dataset& dataset);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_VALUE_EDGES_H_
