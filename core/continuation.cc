#include "core/continuation.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/random.h"

namespace tsugi {
namespace {

Status CheckContinueOptions(const ContinueOptions& options) {
  // Written so that NaN fails too.
  if (!(options.temperature >= 0.0f)) return InvalidArgument("temperature: expected 0 or more");
  if (!(options.top_p > 0.0f && options.top_p <= 1.0f)) {
    return InvalidArgument("top_p: expected more than 0 and at most 1");
  }
  return Status();
}

/// The index in `ranked` (best first, not empty) at which a uniform number in [0, 1) falls.
size_t Draw(const std::vector<Recommendation>& ranked, const ContinueOptions& options,
            double uniform) {
  if (options.temperature == 0.0f) return 0;
  std::vector<double> cumulative(ranked.size());
  double total = 0.0;
  for (size_t i = 0; i < ranked.size(); ++i) {
    const double difference = static_cast<double>(ranked[i].score) - ranked[0].score;
    cumulative[i] = total += std::exp(difference / options.temperature);
  }
  const auto first = cumulative.begin();
  const auto end = std::lower_bound(first, cumulative.end(), options.top_p * total);
  const size_t kept = std::min<size_t>(end - first + 1, ranked.size());
  const double goal = uniform * cumulative[kept - 1];
  const auto found = std::upper_bound(first, first + static_cast<ptrdiff_t>(kept), goal);
  return std::min<size_t>(found - first, kept - 1);
}

}  // namespace

Result<size_t> ContinueSession(Session& session, const ContinueOptions& options,
                               const RecommendOptions& filter, std::span<uint32_t> out) {
  TSUGI_RETURN_IF_ERROR(CheckContinueOptions(options));
  RecommendOptions ranking = filter;
  ranking.k = UINT32_MAX;
  ranking.cap = 0;
  ranking.diversity = 0.0f;
  ranking.exact = true;
  Random random(options.seed);
  Status status;
  size_t count = 0;
  while (status.ok() && count < out.size()) {
    const auto ranked = session.Recommend(ranking);
    status = ranked.status();
    if (!ranked.ok() || ranked->empty()) break;
    out[count] = (*ranked)[Draw(*ranked, options, random.NextUniform())].item_index;
    status = session.Push({.item_index = out[count]});
    count += status.ok();
  }
  const Status restored = session.Rollback(count);
  TSUGI_RETURN_IF_ERROR(status);
  TSUGI_RETURN_IF_ERROR(restored);
  return count;
}

}  // namespace tsugi
