#ifndef TSUGI_NATIVE_EVAL_ITEM_KNN_H_
#define TSUGI_NATIVE_EVAL_ITEM_KNN_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "native/eval/evaluator.h"
#include "native/eval/popularity.h"

namespace tsugi {

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

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_ITEM_KNN_H_
