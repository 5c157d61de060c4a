#ifndef TSUGI_NATIVE_STUDIES_STALENESS_H_
#define TSUGI_NATIVE_STUDIES_STALENESS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/model/model_view.h"
#include "native/dataset/dataset.h"
#include "native/eval/bootstrap.h"
#include "native/eval/evaluator.h"

namespace tsugi {

struct StalenessOptions {
  Split split = Split::kTest;
  /// Serving delays in seconds, ascending, each >= 0.
  std::vector<int64_t> delays_s{0, 3600, 86400, 2 * 86400, 7 * 86400};
  /// Items that the user takes within this long after the target was due belong to the set.
  int64_t set_window_s = 86400;
  std::optional<bool> filter_seen = {};  ///< unset: spec.filter_seen
  CaseRun run = {};
};

struct StalenessCurve {
  /// One per delay, of the same users: the reciprocal rank of the target, and its mean over all
  /// items of the set.
  std::vector<UserSums> points;
  size_t cases = 0;           ///< the same ones for every delay
  size_t left_out_cases = 0;  ///< no event is old enough for the longest delay, or no time is known
};

/// "90", "90s", "5m", "1h", "2d" and "1w" as seconds; nothing if `text` is no such time.
std::optional<int64_t> ParseDuration(std::string_view text);

/// How many events of a case's history a list can know that was made `delay_s` before the target's
/// time: those up to the first that is younger; all of them for 0.
/// times: of the sequence, oldest first.
uint32_t StaleHistory(std::span<const int64_t> times, uint32_t position, int64_t delay_s);

/// Positions of the set of a case: the events at or after the target's time and at most
/// `set_window_s` later that are not in the first `history` events.
std::vector<uint32_t> NextSet(std::span<const int64_t> times, uint32_t position, uint32_t history,
                              int64_t set_window_s);

/// Ranks the targets of a split from histories that end before a serving delay: a list that was
/// made then, looked at when the target is due. The list leaves out what its own history holds, as
/// it was made, not what the user did since. Only cases with a history at the longest delay count.
/// Source: the replay at increasing serving horizons of arXiv 2605.23312.
/// Errors: kInvalidArgument without times, delays or such a case; CheckSameItems.
Result<StalenessCurve> MeasureStaleness(const ModelView& model, const Dataset& dataset,
                                        const StalenessOptions& options);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_STUDIES_STALENESS_H_
