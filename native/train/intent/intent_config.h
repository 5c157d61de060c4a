#ifndef TSUGI_NATIVE_TRAIN_INTENT_INTENT_CONFIG_H_
#define TSUGI_NATIVE_TRAIN_INTENT_INTENT_CONFIG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "native/dataset/dataset.h"
#include "native/train/config_field.h"

namespace tsugi::train {

/// Keys of [intent]: intents are predicted first, to predict the item with
/// (native/intent/README.md).
struct IntentConfig {
  std::string families = "none";
  bool hierarchy = true;  ///< false: heads beside the item's, for training only
  int64_t layers = 0;
  int64_t short_term_events = -1;
  int64_t short_term_s = -1;
  double weight = 0.1;  ///< lambda: the intent losses are added to the item loss
  bool heads_learn_items = true;

  bool enabled() const { return families != "none"; }
  std::vector<Field> Fields();
  /// Derives what is open for an encoder of `window` events. Errors: kInvalidArgument for a
  /// short-term window that is longer than that.
  Status Resolve(int64_t window, const Dataset& dataset);
};

/// Seconds of the short-term window that suit a log: what three of four runs of five consecutive
/// training events take, at least a minute. So a window holds a handful of events in a log of
/// minutes as in one of months, and bursts do not fill it alone. 0 if the log has no times.
int64_t DefaultShortTermSeconds(const Dataset& dataset);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_INTENT_INTENT_CONFIG_H_
