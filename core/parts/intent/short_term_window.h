#ifndef TSUGI_CORE_PARTS_INTENT_SHORT_TERM_WINDOW_H_
#define TSUGI_CORE_PARTS_INTENT_SHORT_TERM_WINDOW_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/model/model_spec.h"

namespace tsugi {

/// How many of the last events the short-term encoder sees at `position`, that event included: it
/// looks back until an event is spec.short_term_events events or more than spec.short_term_s
/// seconds older. The trainer asks the same function.
///
/// An unknown time (0), of the event itself or of an older one, and an older event with a later
/// time end nothing. With short_term_s = 0 events alone are counted. times_s: unix seconds of the
/// session's events, oldest first. Requires: position < times_s.size(), spec.short_term_events > 0.
/// Source: IntentRec (arXiv 2408.05353), equation 1; the bound in events is ours.
inline size_t ShortTermCount(const ModelSpec& spec, std::span<const int64_t> times_s,
                             size_t position) {
  if (times_s.empty()) return std::min<size_t>(position + 1, spec.short_term_events);
  const int64_t now_s = times_s[position];
  size_t count = 1;
  while (count <= position && count < spec.short_term_events) {
    const int64_t then_s = times_s[position - count];
    const bool is_known = spec.short_term_s > 0 && now_s != 0 && then_s != 0 && now_s > then_s;
    if (is_known &&
        static_cast<uint64_t>(now_s) - static_cast<uint64_t>(then_s) > spec.short_term_s) {
      break;
    }
    ++count;
  }
  return count;
}

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_INTENT_SHORT_TERM_WINDOW_H_
