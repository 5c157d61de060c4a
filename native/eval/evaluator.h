#ifndef TSUGI_NATIVE_EVAL_EVALUATOR_H_
#define TSUGI_NATIVE_EVAL_EVALUATOR_H_

#include <cstddef>
#include <functional>
#include <vector>

#include "core/base/status.h"
#include "native/eval/evaluation_set.h"
#include "native/eval/rank_source.h"

namespace tsugi {

/// How to rank the cases of a set.
struct RankOptions {
  bool filter_seen = true;  ///< whether to leave out the items of the case's history
  unsigned threads = 0;     ///< 0: as many as the machine has, at most 8
  size_t max_cases = 0;     ///< if not 0, ranks only this many, evenly spaced cases
  std::function<void(size_t done, size_t total)> progress = {};  ///< on the calling thread
};

/// Returns the distinct items, ascending; the form of RankQuery::left_out.
std::vector<uint32_t> DistinctItems(std::span<const uint32_t> items);

/// Ranks the target of every case among the whole catalogue. Returns one TargetRank per case, in
/// the order of the cases; the number of threads does not change the result.
/// Errors: those of the source's rankers; kInvalidArgument if the set has no cases.
Result<std::vector<TargetRank>> RankCases(const EvaluationSet& set, const RankSource& source,
                                          const RankOptions& options);

/// Processes the case with the given index. Threads: one.
using CaseWorker = std::function<Status(size_t index)>;

/// How to run over cases.
struct CaseRun {
  unsigned threads = 0;  ///< 0: as many as the machine has, at most 8
  std::function<void(size_t done, size_t total)> progress = {};  ///< on the calling thread
};

/// Processes cases 0 .. count - 1, each once, on a few threads. Each thread makes a worker of its
/// own. Errors: the first error of a worker or of make_worker; some cases are left out then.
Status RunOverCases(size_t count, const std::function<Result<CaseWorker>()>& make_worker,
                    const CaseRun& run);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_EVALUATOR_H_
