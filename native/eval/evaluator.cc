#include "native/eval/evaluator.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>

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
      // A counter and not a fixed share a worker: cases differ in the length of their history, and
      // a fixed share would leave workers waiting for the slowest one.
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

Status RunOverCases(size_t count, const std::function<Result<CaseWorker>()>& make_worker,
                    const CaseRun& run) {
  return CaseJob(count, make_worker, run).Run();
}

}  // namespace tsugi
