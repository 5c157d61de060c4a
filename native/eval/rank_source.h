#ifndef TSUGI_NATIVE_EVAL_RANK_SOURCE_H_
#define TSUGI_NATIVE_EVAL_RANK_SOURCE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "core/base/status.h"
#include "native/dataset/event_view.h"
#include "native/eval/metrics.h"

namespace tsugi {

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

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_RANK_SOURCE_H_
