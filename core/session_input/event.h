#ifndef TSUGI_CORE_SESSION_INPUT_EVENT_H_
#define TSUGI_CORE_SESSION_INPUT_EVENT_H_

#include <cstdint>
#include <limits>

namespace tsugi {

/// Something the visitor did.
struct Event {
  uint32_t item_index;
  int64_t time_s = 0;  ///< unix seconds, 0 = unknown
  /// What was done: 1 + its place in ModelView::action_names, 0 = unknown.
  uint32_t action = 0;
  /// What the log measures of it: seconds watched, a rating, a price. NaN = unknown.
  float value = std::numeric_limits<float>::quiet_NaN();
};

}  // namespace tsugi

#endif  // TSUGI_CORE_SESSION_INPUT_EVENT_H_
