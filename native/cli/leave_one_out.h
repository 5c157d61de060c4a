#ifndef TSUGI_NATIVE_CLI_LEAVE_ONE_OUT_H_
#define TSUGI_NATIVE_CLI_LEAVE_ONE_OUT_H_

#include <cstddef>
#include <span>
#include <vector>

#include "core/base/status.h"
#include "core/recommender.h"
#include "core/session.h"

namespace tsugi {

/// How much one event of the history speaks for an item.
struct EventEffect {
  size_t event = 0;     ///< position in the history
  float effect = 0.0f;  ///< score with the whole history minus score without this event
};

/// For each item of `list`, the event that raised its score most, found by scoring the history
/// without each of its last 20 events. Leaves `session` holding the whole history.
/// Requires: at least two events. Returns [list.size()] effects. Errors: those of the session.
Result<std::vector<EventEffect>> ExplainByLeavingOut(Session& session, size_t item_count,
                                                     std::span<const Event> history,
                                                     std::span<const Recommendation> list);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_LEAVE_ONE_OUT_H_
