#ifndef TSUGI_NATIVE_EVAL_ITEM_KNN_H_
#define TSUGI_NATIVE_EVAL_ITEM_KNN_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "native/eval/evaluation_set.h"
#include "native/eval/popularity.h"
#include "native/eval/rank_source.h"

namespace tsugi {

/// The nearest items of every item by co-occurrence in the same sequence:
/// similarity(i, j) = c_ij / (sqrt(c_i c_j) + shrinkage), where c_i counts the sequences that hold
/// i and c_ij those that hold both. Shrinkage trusts rare pairs less.
struct ItemNeighbours {
  std::vector<uint64_t> offsets;   ///< [N + 1]
  std::vector<Candidate> entries;  ///< at most kNeighbours per item, most similar first

  std::span<const Candidate> of(uint32_t item) const {
    return std::span(entries).subspan(offsets[item], offsets[item + 1] - offsets[item]);
  }
};

inline constexpr size_t kNeighbours = 200;

/// Only the last 1,000 training events of a sequence count, which bounds the work for heavy users.
ItemNeighbours FindNeighbours(const EvaluationSet& set, double shrinkage);

/// "item_knn": score(j) = sum over the history of decay^age * similarity(item, j), where the newest
/// event has age 0; then popular items. decay 1 forgets the order.
std::unique_ptr<RankSource> MakeItemKnn(std::shared_ptr<const ItemNeighbours> neighbours,
                                        std::shared_ptr<const Popularity> popularity,
                                        double decay);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_ITEM_KNN_H_
