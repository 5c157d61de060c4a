#ifndef TSUGI_CORE_CONTINUATION_H_
#define TSUGI_CORE_CONTINUATION_H_

#include <cstdint>
#include <span>

#include "core/session.h"

namespace tsugi {

struct ContinueOptions {
  float temperature = 1.0f;  ///< divides the scores; 0 = always the best item
  float top_p = 1.0f;        ///< draw among the fewest best items that hold this probability
  uint64_t seed = 1;
};

/// Generates the session's next out.size() items, each drawn from
///   p(item) = softmax(score / temperature)
/// over what `filter` leaves of the catalogue, given all events before it and the items drawn
/// already. `filter`'s k, caps and diversity are not used. The session is as before afterwards.
///
/// A draw is a pure function of seed, position and scores, so the same build repeats it; another
/// build differs only where a draw falls within rounding of the boundary between two items.
/// Returns how many were drawn: fewer than asked only if the filter leaves nothing.
/// Cost:   one exact ranking of the catalogue per item, ordered: O(N log N).
/// Errors: kInvalidArgument for a temperature < 0 or top_p outside (0, 1]; those of Recommend. The
///         session is unchanged then too.
Result<size_t> ContinueSession(Session& session, const ContinueOptions& options,
                               const RecommendOptions& filter, std::span<uint32_t> out);

}  // namespace tsugi

#endif  // TSUGI_CORE_CONTINUATION_H_
