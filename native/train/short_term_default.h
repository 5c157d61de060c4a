#ifndef TSUGI_NATIVE_TRAIN_SHORT_TERM_DEFAULT_H_
#define TSUGI_NATIVE_TRAIN_SHORT_TERM_DEFAULT_H_

#include <cstdint>

#include "native/dataset/dataset.h"

namespace tsugi::train {

/// Seconds of the short-term window that suit a log: what three of four runs of five consecutive
/// training events take, at least a minute. So a window holds a handful of events in a log of
/// minutes as in one of months, and bursts do not fill it alone. 0 if the log has no times.
int64_t DefaultShortTermSeconds(const Dataset& dataset);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_SHORT_TERM_DEFAULT_H_
