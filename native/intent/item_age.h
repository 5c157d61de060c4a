#ifndef TSUGI_NATIVE_INTENT_ITEM_AGE_H_
#define TSUGI_NATIVE_INTENT_ITEM_AGE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "native/dataset/dataset.h"

namespace tsugi {

/// The age of each event's item at the time of the event, as a label.
struct EventAges {
  static constexpr uint16_t kUnknown = 0xffff;
  std::vector<std::string> labels;
  std::vector<uint16_t> event_label;  ///< [E]; kUnknown if the age is not known
};

/// Chooses buckets by the first of these rules that applies:
///   1. If at least half of the items have a metadata field "year", "release_year", "title_year"
///      or "movie_year": the years
///      between it and the year of the event, or, without times, the year of the newest item.
///   2. If the log has times: the time since the first training event of the item.
///   3. Otherwise: the share of the catalogue that is more popular in the training part.
EventAges FindEventAges(const Dataset& dataset);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_INTENT_ITEM_AGE_H_
