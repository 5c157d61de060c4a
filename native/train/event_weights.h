#ifndef TSUGI_NATIVE_TRAIN_EVENT_WEIGHTS_H_
#define TSUGI_NATIVE_TRAIN_EVENT_WEIGHTS_H_

#include <vector>

#include "native/dataset/dataset.h"

namespace tsugi::train {

/// [E] how much predicting each event counts: its value (duration, quantity, rating) over the mean
/// value of the training part, within 0.1 and 10. A value that is unknown, zero or negative counts
/// 1. Empty if the log has no values.
/// Source: the duration weight d of IntentRec (arXiv 2408.05353), equation 3, of the target event.
std::vector<float> EventWeights(const Dataset& dataset);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_EVENT_WEIGHTS_H_
