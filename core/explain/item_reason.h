#ifndef TSUGI_CORE_EXPLAIN_ITEM_REASON_H_
#define TSUGI_CORE_EXPLAIN_ITEM_REASON_H_

#include <cstdint>

namespace tsugi {

/// Why an item has its score after a session's events.
struct ItemReason {
  uint32_t event = 0;       ///< the event that speaks most for it, counted from the session's first
  uint32_t event_item = 0;  ///< that event's item
  float event_share = 0;    ///< its part of everything that speaks for the item, 0 to 1
  uint32_t family = 0;      ///< the family of intents that raises the score most; 0 without intents
  float family_effect = 0;  ///< score minus the score if the last event's Z had no part of it
};

}  // namespace tsugi

#endif  // TSUGI_CORE_EXPLAIN_ITEM_REASON_H_
