#ifndef TSUGI_NATIVE_EVAL_POPULARITY_H_
#define TSUGI_NATIVE_EVAL_POPULARITY_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "native/eval/evaluation_set.h"
#include "native/eval/rank_source.h"

namespace tsugi {

/// How often each item occurs in the training part, and the order that follows.
struct Popularity {
  std::vector<uint32_t> counts;     ///< [N]
  std::vector<uint32_t> order;      ///< [N] item indices, most frequent first; ties by item_index
  std::vector<uint32_t> positions;  ///< [N] 0-based place of an item in `order`
};

Popularity CountPopularity(const EvaluationSet& set);

/// An item that a baseline has an opinion on; higher scores come first, ties by popularity.
struct Candidate {
  uint32_t item = 0;
  double score = 0.0;
};

/// A ranking that puts a few candidates first and fills up with popular items. It costs time in the
/// number of candidates, not in the size of the catalogue.
class FilledRanker : public Ranker {
 public:
  /// Borrows `popularity`.
  explicit FilledRanker(const Popularity& popularity);
  Result<TargetRank> Rank(const RankQuery& query) final;

 protected:
  /// Appends distinct items to the empty `candidates`. Left-out items may be among them.
  virtual void FindCandidates(const RankQuery& query, std::vector<Candidate>& candidates) = 0;

 private:
  const Popularity& popularity_;
  std::vector<Candidate> candidates_;
  std::vector<uint32_t> marks_;  // [N] number of the query that put the item aside
  uint32_t query_number_ = 0;
};

/// "popularity": the training part's most frequent items, for everybody the same.
std::unique_ptr<RankSource> MakePopularity(std::shared_ptr<const Popularity> popularity);

/// "session_popularity": the session's own items first, most frequent in the session first (ties by
/// popularity), then popular items. Only meaningful where seen items are kept.
std::unique_ptr<RankSource> MakeSessionPopularity(std::shared_ptr<const Popularity> popularity);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_POPULARITY_H_
