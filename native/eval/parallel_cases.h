#ifndef TSUGI_NATIVE_EVAL_PARALLEL_CASES_H_
#define TSUGI_NATIVE_EVAL_PARALLEL_CASES_H_

#include <cstddef>
#include <functional>

#include "core/base/status.h"

namespace tsugi {

/// Does one case; belongs to one thread.
using CaseWorker = std::function<Status(size_t index)>;

struct CaseRun {
  unsigned threads = 0;  ///< 0: as many as the machine has, at most 8
  std::function<void(size_t done, size_t total)> progress = {};  ///< on the calling thread
};

/// Does cases 0 .. count - 1, each once, on a few threads that each make a worker of their own.
/// Errors: the first of a worker or of making one; some cases are not done then.
Status RunOverCases(size_t count, const std::function<Result<CaseWorker>()>& make_worker,
                    const CaseRun& run);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_PARALLEL_CASES_H_
