#include "native/eval/parallel_cases.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace tsugi {
namespace {

// Cases that a worker takes at a time: enough to make the shared counter cheap, few enough that no
// worker is left with much more to do than the others.
constexpr size_t kChunk = 64;

// The state that the workers share.
class CaseJob {
 public:
  CaseJob(size_t count, const std::function<Result<CaseWorker>()>& make_worker, const CaseRun& run)
      : count_(count), make_worker_(make_worker), run_(run) {}

  Status Run() {
    std::vector<std::thread> helpers;
    for (unsigned i = 1; i < ThreadCount(); ++i) helpers.emplace_back([this] { Work(false); });
    // The calling thread works, too, and alone reports progress, so callbacks need no lock.
    Work(true);
    for (std::thread& helper : helpers) helper.join();
    if (failure_.ok() && run_.progress) run_.progress(count_, count_);
    return failure_;
  }

 private:
  unsigned ThreadCount() const {
    if (run_.threads > 0) return run_.threads;
    return std::clamp(std::thread::hardware_concurrency(), 1u, 8u);
  }

  void Work(bool reports_progress) {
    const Result<CaseWorker> worker = make_worker_();
    if (!worker.ok()) return Fail(worker.status());
    for (;;) {
      const size_t begin = next_.fetch_add(kChunk);
      if (begin >= count_ || has_failed_) return;
      const size_t end = std::min(begin + kChunk, count_);
      for (size_t i = begin; i < end; ++i) {
        if (Status status = (*worker)(i); !status.ok()) return Fail(status);
      }
      done_ += end - begin;
      if (reports_progress && run_.progress) run_.progress(done_, count_);
    }
  }

  // Keeps the first failure; the other workers stop at their next chunk.
  void Fail(const Status& status) {
    const std::lock_guard lock(mutex_);
    if (!has_failed_.exchange(true)) failure_ = status;
  }

  const size_t count_;
  const std::function<Result<CaseWorker>()>& make_worker_;
  const CaseRun& run_;
  std::atomic<size_t> next_{0};
  std::atomic<size_t> done_{0};
  std::atomic<bool> has_failed_{false};
  std::mutex mutex_;
  Status failure_;
};

}  // namespace

Status RunOverCases(size_t count, const std::function<Result<CaseWorker>()>& make_worker,
                    const CaseRun& run) {
  return CaseJob(count, make_worker, run).Run();
}

}  // namespace tsugi
