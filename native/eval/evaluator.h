#ifndef TSUGI_NATIVE_EVAL_EVALUATOR_H_
#define TSUGI_NATIVE_EVAL_EVALUATOR_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "native/dataset/dataset.h"
#include "native/eval/metrics.h"

namespace tsugi {

/// The input of an evaluation: the sequences of a data set, their training parts and the cases of
/// one split. Borrows all memory.
/// Example: items {7, 8, 9}, offsets {0, 3}, train_end {1} and the case {sequence 0, position 2}
/// ask for item 9 after the history 7 8; baselines may learn from item 7 only.
struct EvaluationSet {
  size_t item_count = 0;                ///< N
  std::span<const uint64_t> offsets;    ///< [S + 1]
  std::span<const uint32_t> items;      ///< [E] item_index
  EventView events;                     ///< [E] items, times, actions and values
  std::span<const uint32_t> train_end;  ///< [S] number of training events of each sequence
  std::span<const EvaluationCase> cases;

  size_t sequence_count() const { return train_end.size(); }
  /// The training events of sequence s.
  std::span<const uint32_t> training_items(size_t s) const {
    return items.subspan(offsets[s], train_end[s]);
  }
  /// The events before the case's position, oldest first.
  std::span<const uint32_t> history(const EvaluationCase& c) const {
    return items.subspan(offsets[c.sequence], c.position);
  }
  /// The same with times, actions and values. Requires: `events` is not empty.
  EventView history_events(const EvaluationCase& c) const {
    return events.Part(offsets[c.sequence], c.position);
  }
  uint32_t target(const EvaluationCase& c) const { return items[offsets[c.sequence] + c.position]; }
};

/// Returns the cases of `split`. Baselines learn from the same training part as the model, also
/// when the test split is evaluated. Borrows from `dataset`.
inline EvaluationSet MakeEvaluationSet(const Dataset& dataset, Split split) {
  return {dataset.item_count(), dataset.offsets(),   dataset.items(),
          dataset.events(),     dataset.train_end(), dataset.cases(split)};
}

/// One query of an evaluation: the rank of `target` after `history`.
struct RankQuery {
  std::span<const uint32_t> history;   ///< item indices, oldest first, at least one
  EventView events;                    ///< the history with times, actions and values; or empty
  uint32_t target = 0;                 ///< item_index
  std::span<const uint32_t> left_out;  ///< distinct items the list must not hold; empty: keep all
};

/// Answers one query after another and holds the scratch memory for it. Threads: one.
class Ranker {
 public:
  virtual ~Ranker() = default;
  /// Errors: those of the engine.
  virtual Result<TargetRank> Rank(const RankQuery& query) = 0;
};

/// A way to rank the catalogue: the engine or a baseline. Constant; must outlive its rankers.
class RankSource {
 public:
  /// name: in the report, e.g. "popularity". create: makes a ranker; called from several threads.
  RankSource(std::string name, std::function<Result<std::unique_ptr<Ranker>>()> create)
      : name_(std::move(name)), create_(std::move(create)) {}
  const std::string& name() const { return name_; }
  Result<std::unique_ptr<Ranker>> CreateRanker() const { return create_(); }

 private:
  std::string name_;
  std::function<Result<std::unique_ptr<Ranker>>()> create_;
};

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
