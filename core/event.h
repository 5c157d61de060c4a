#ifndef TSUGI_CORE_EVENT_H_
#define TSUGI_CORE_EVENT_H_

#include <cstdint>

namespace tsugi {

/// Something the visitor did.
struct Event {
  uint32_t item_index;
  int64_t time_s = 0;  ///< unix seconds, 0 = unknown
};

}  // namespace tsugi

#endif  // TSUGI_CORE_EVENT_H_
