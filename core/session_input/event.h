#ifndef TSUGI_CORE_SESSION_INPUT_EVENT_H_
#define TSUGI_CORE_SESSION_INPUT_EVENT_H_

#include <cstdint>
#include <limits>

namespace tsugi {

/// Something that the visitor did with an item.
struct Event {
  uint32_t item_index;
  int64_t time_s = 0;  ///< unix seconds, 0 = unknown
  /// The kind of action: 1 + its index in ModelView::action_names; 0 = unknown.
  uint32_t action = 0;
  /// The number that the log records with the action, e.g. seconds watched, a rating or a price.
  /// NaN = unknown.
  float value = std::numeric_limits<float>::quiet_NaN();
  /// The visitor dislikes the item. No encoder reads such an event; it changes lists
  /// (Session::Push).
  bool is_dislike = false;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_SESSION_INPUT_EVENT_H_
