#include "native/eval/evaluator.h"

#include <algorithm>
#include <memory>

#include "native/eval/parallel_cases.h"

namespace tsugi {
namespace {

// Evenly spaced, since neighbouring cases belong to the same or similar users.
std::vector<EvaluationCase> DrawCases(const EvaluationSet& set, size_t max_cases) {
  const size_t all = set.cases.size();
  const size_t wanted = max_cases == 0 ? all : std::min(all, max_cases);
  std::vector<EvaluationCase> cases;
  cases.reserve(wanted);
  for (size_t i = 0; i < wanted; ++i) cases.push_back(set.cases[i * all / wanted]);
  return cases;
}

}  // namespace

std::vector<uint32_t> DistinctItems(std::span<const uint32_t> items) {
  std::vector<uint32_t> distinct(items.begin(), items.end());
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  return distinct;
}

Result<std::vector<TargetRank>> RankCases(const EvaluationSet& set, const RankSource& source,
                                          const RankOptions& options) {
  if (set.cases.empty()) {
    return InvalidArgument(
        "the split has no cases (expected at least one). Try: import a log with more events per "
        "user, or with --test-cases");
  }
  // Every case has a place of its own in `ranks`, so threads need no lock and the order of the
  // results does not depend on them.
  const std::vector<EvaluationCase> cases = DrawCases(set, options.max_cases);
  std::vector<TargetRank> ranks(cases.size());
  const auto make_worker = [&]() -> Result<CaseWorker> {
    TSUGI_ASSIGN_OR_RETURN(auto made, source.CreateRanker());
    return CaseWorker([&, ranker = std::shared_ptr<Ranker>(std::move(made))](size_t i) -> Status {
      RankQuery query{
          set.history(cases[i]), set.history_events(cases[i]), set.target(cases[i]), {}};
      // `seen` owns the items that the query borrows.
      std::vector<uint32_t> seen;
      if (options.filter_seen) query.left_out = seen = DistinctItems(query.history);
      TSUGI_ASSIGN_OR_RETURN(ranks[i], ranker->Rank(query));
      return Status();
    });
  };
  TSUGI_RETURN_IF_ERROR(
      RunOverCases(cases.size(), make_worker, {options.threads, options.progress}));
  return ranks;
}

}  // namespace tsugi
