#ifndef TSUGI_CORE_PARTS_INTENT_SHORT_TERM_WINDOW_H_
#define TSUGI_CORE_PARTS_INTENT_SHORT_TERM_WINDOW_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/parts/intent/intent_spec.h"

namespace tsugi {

/// The number of events, up to and including the one at `position`, that the short-term encoder
/// sees at that position: at most spec.short_term_events, and only back to the first event that is
/// more than spec.short_term_s seconds older. The trainer calls the same function.
///
/// An event whose time is unknown (0) does not end the window, nor does an older event with a later
/// time. If the time at `position` is unknown, or short_term_s is 0, only the number of events is
/// limited. times_s: unix seconds of the session's events, oldest first; empty if no time is known.
/// Requires: times_s is empty or position < times_s.size(); spec.short_term_events > 0.
/// Source:  IntentRec (arXiv 2408.05353), equation 1.
/// Differs: the limit on the number of events is ours.
inline size_t ShortTermCount(const IntentSpec& spec, std::span<const int64_t> times_s,
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
