#ifndef TSUGI_NATIVE_TRAIN_EVENT_VALUES_H_
#define TSUGI_NATIVE_TRAIN_EVENT_VALUES_H_

#include <vector>

#include "native/dataset/dataset.h"

namespace tsugi::train {

/// The values of the events of the training part, those that are known, in the log's order.
std::vector<float> TrainingValues(const Dataset& dataset);

/// [E] how much predicting each event counts: its value (duration, quantity, rating) over the mean
/// value of the training part, within 0.1 and 10. A value that is unknown, zero or negative counts
/// 1. Empty if the log has no values.
/// Source: the duration weight d of IntentRec (arXiv 2408.05353), equation 3, of the target event.
std::vector<float> EventWeights(const Dataset& dataset);

/// Where the values of events are parted into buckets (core/session_input/event_tokenizer.h):
/// quantiles of those of the training part, ascending, each once, at most 15; empty if none is
/// known. Values of few kinds, ratings say, get a bucket each.
std::vector<float> FindValueEdges(const Dataset& dataset);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_EVENT_VALUES_H_
