#include "native/cli/leave_one_out.h"

namespace tsugi {

Result<std::vector<EventEffect>> ExplainByLeavingOut(Session& session, size_t item_count,
                                                     std::span<const Event> history,
                                                     std::span<const Recommendation> list) {
  constexpr size_t kMostEvents = 20;
  TSUGI_DCHECK(history.size() >= 2);
  const size_t first = history.size() > kMostEvents ? history.size() - kMostEvents : 0;
  std::vector<float> scores(item_count);
  std::vector<EventEffect> best(list.size());
  for (size_t left_out = first; left_out < history.size(); ++left_out) {
    std::vector<Event> others(history.begin(), history.end());
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(left_out));
    TSUGI_RETURN_IF_ERROR(session.Assign(others));
    TSUGI_RETURN_IF_ERROR(session.ScoreAll(scores));
    for (size_t i = 0; i < list.size(); ++i) {
      const float effect = list[i].score - scores[list[i].item_index];
      if (left_out == first || effect > best[i].effect) best[i] = {left_out, effect};
    }
  }
  TSUGI_RETURN_IF_ERROR(session.Assign(history));
  return best;
}

}  // namespace tsugi
