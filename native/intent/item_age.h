#ifndef TSUGI_NATIVE_INTENT_ITEM_AGE_H_
#define TSUGI_NATIVE_INTENT_ITEM_AGE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "native/dataset/dataset.h"

namespace tsugi {

/// How old each event's item was when the event happened.
struct EventAges {
  static constexpr uint16_t kUnknown = 0xffff;
  std::vector<std::string> labels;
  std::vector<uint16_t> event_label;  ///< [E], kUnknown where it can not be told
};

/// Buckets by the first rule that at least half of the items allow:
///   1. metadata field "year" or "release_year": years between it and the event's, or, without
///      times, the newest item's year;
///   2. times: how long ago the item was first seen in the training part;
///   3. else how much of the catalogue is more popular in the training part.
EventAges FindEventAges(const Dataset& dataset);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_INTENT_ITEM_AGE_H_
