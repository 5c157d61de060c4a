#ifndef TSUGI_NATIVE_EVAL_POPULARITY_H_
#define TSUGI_NATIVE_EVAL_POPULARITY_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "native/eval/evaluator.h"

namespace tsugi {

/// The frequency of each item in the training part, and the order by it.
struct Popularity {
  std::vector<uint32_t> counts;     ///< [N] number of training events
  std::vector<uint32_t> order;      ///< [N] item indices, most frequent first; ties by item_index
  std::vector<uint32_t> positions;  ///< [N] 0-based position of each item in `order`
};

Popularity CountPopularity(const EvaluationSet& set);

/// An item that a baseline scores. Higher scores come first; popularity breaks ties.
struct Candidate {
  uint32_t item = 0;
  double score = 0.0;
};

/// Ranks a few candidates first and fills up with popular items. The time depends on the number of
/// candidates, not on the size of the catalogue.
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
  std::vector<uint32_t> marks_;  // [N] number of the last query that marked the item
  uint32_t query_number_ = 0;
};

/// Makes the baseline "popularity": the most frequent items of the training part, the same list for
/// everybody.
std::unique_ptr<RankSource> MakePopularity(std::shared_ptr<const Popularity> popularity);

/// Makes the baseline "session_popularity": the items of the session, ordered by their frequency in
/// it (ties by popularity), then popular items. Only meaningful if seen items are kept.
std::unique_ptr<RankSource> MakeSessionPopularity(std::shared_ptr<const Popularity> popularity);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_POPULARITY_H_
