#ifndef TSUGI_NATIVE_EVAL_PARALLEL_CASES_H_
#define TSUGI_NATIVE_EVAL_PARALLEL_CASES_H_

#include <cstddef>
#include <functional>

#include "core/base/status.h"

namespace tsugi {

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

#endif  // TSUGI_NATIVE_EVAL_PARALLEL_CASES_H_
