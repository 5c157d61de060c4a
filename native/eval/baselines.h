#ifndef TSUGI_NATIVE_EVAL_BASELINES_H_
#define TSUGI_NATIVE_EVAL_BASELINES_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/status.h"
#include "native/eval/evaluator.h"

namespace tsugi {

class ItemText;  // transitions.h

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

/// The most similar items of every item by co-occurrence in sequences:
/// similarity(i, j) = c_ij / (sqrt(c_i c_j) + shrinkage), where c_i is the number of sequences with
/// item i and c_ij the number with both. Shrinkage lowers the similarity of rare pairs.
struct ItemNeighbours {
  std::vector<uint64_t> offsets;   ///< [N + 1]
  std::vector<Candidate> entries;  ///< at most kNeighbours for each item, most similar first

  std::span<const Candidate> of(uint32_t item) const {
    return std::span(entries).subspan(offsets[item], offsets[item + 1] - offsets[item]);
  }
};

inline constexpr size_t kNeighbours = 200;

/// Finds the neighbours in the training part. Of a sequence only the last 1,000 training events
/// count, which bounds the work for very active users.
ItemNeighbours FindNeighbours(const EvaluationSet& set, double shrinkage);

/// Makes the baseline "item_knn": score(j) = sum over the history of decay^age * similarity(item,
/// j), where the newest event has age 0; popular items follow. With decay 1 the order does not
/// matter.
std::unique_ptr<RankSource> MakeItemKnn(std::shared_ptr<const ItemNeighbours> neighbours,
                                        std::shared_ptr<const Popularity> popularity, double decay);

/// How to build the baselines.
struct BaselineOptions {
  bool filter_seen = true;     ///< as in the evaluation; session popularity needs false
  unsigned threads = 0;        ///< see RankOptions
  size_t tuning_cases = 4000;  ///< number of validation cases that parameters are chosen with
};

/// Builds all baselines from the training part of `validation`: popularity, session_popularity
/// (only if seen items are kept), markov, item_knn and transition_graph.
///
/// Their parameters (shrinkage and decay of item_knn, the shape of the graph) are those with the
/// best NDCG@10 on the validation cases, or the first of each list if there are no such cases. The
/// test split is never used.
/// Ownership: the sources share what they learnt and borrow nothing from `validation`.
/// Errors: those of RankCases.
Result<std::vector<std::unique_ptr<RankSource>>> BuildBaselines(const EvaluationSet& validation,
                                                                ItemText text,
                                                                const BaselineOptions& options);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_BASELINES_H_
