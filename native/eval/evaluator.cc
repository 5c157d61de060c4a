#include "native/eval/evaluator.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace tsugi {
namespace {

constexpr size_t kChunk = 64;  // cases a worker takes at a time

/// The shared state of the workers of one evaluation.
class RankJob {
 public:
  RankJob(const EvaluationSet& set, const RankSource& source, const RankOptions& options)
      : set_(set), source_(source), options_(options) {
    const size_t all = set.cases.size();
    const size_t wanted = options.max_cases == 0 ? all : std::min(all, options.max_cases);
    cases_.reserve(wanted);
    for (size_t i = 0; i < wanted; ++i) cases_.push_back(set.cases[i * all / wanted]);
    ranks_.resize(wanted);
  }

  Result<std::vector<TargetRank>> Run() {
    std::vector<std::thread> helpers;
    for (unsigned i = 1; i < ThreadCount(); ++i) helpers.emplace_back([this] { Work(false); });
    Work(true);
    for (std::thread& helper : helpers) helper.join();
    if (!failure_.ok()) return failure_;
    if (options_.progress) options_.progress(cases_.size(), cases_.size());
    return std::move(ranks_);
  }

 private:
  unsigned ThreadCount() const {
    if (options_.threads > 0) return options_.threads;
    return std::clamp(std::thread::hardware_concurrency(), 1u, 8u);
  }

  void Work(bool reports_progress) {
    Result<std::unique_ptr<Ranker>> ranker = source_.CreateRanker();
    if (!ranker.ok()) return Fail(ranker.status());
    for (;;) {
      const size_t begin = next_.fetch_add(kChunk);
      if (begin >= cases_.size() || has_failed_) return;
      const size_t end = std::min(begin + kChunk, cases_.size());
      for (size_t i = begin; i < end; ++i) {
        if (Status status = RankOne(**ranker, i); !status.ok()) return Fail(status);
      }
      done_ += end - begin;
      if (reports_progress && options_.progress) options_.progress(done_, cases_.size());
    }
  }

  Status RankOne(Ranker& ranker, size_t i) {
    const EvaluationCase& c = cases_[i];
    RankQuery query{set_.history(c), set_.history_times(c), set_.target(c), {}};
    std::vector<uint32_t> seen;
    if (options_.filter_seen) {
      seen.assign(query.history.begin(), query.history.end());
      std::sort(seen.begin(), seen.end());
      seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
      query.left_out = seen;
    }
    TSUGI_ASSIGN_OR_RETURN(ranks_[i], ranker.Rank(query));
    return Status();
  }

  void Fail(const Status& status) {
    const std::lock_guard lock(mutex_);
    if (!has_failed_.exchange(true)) failure_ = status;
  }

  const EvaluationSet& set_;
  const RankSource& source_;
  const RankOptions& options_;
  std::vector<EvaluationCase> cases_;
  std::vector<TargetRank> ranks_;
  std::atomic<size_t> next_{0};
  std::atomic<size_t> done_{0};
  std::atomic<bool> has_failed_{false};
  std::mutex mutex_;
  Status failure_;
};

}  // namespace

Result<std::vector<TargetRank>> RankCases(const EvaluationSet& set, const RankSource& source,
                                          const RankOptions& options) {
  if (set.cases.empty()) {
    return InvalidArgument(
        "the split has no cases (expected at least one); import with more events per user or give "
        "--test-cases");
  }
  return RankJob(set, source, options).Run();
}

}  // namespace tsugi
