#ifndef TSUGI_NATIVE_EVAL_TRANSITIONS_H_
#define TSUGI_NATIVE_EVAL_TRANSITIONS_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "native/eval/evaluation_set.h"
#include "native/eval/popularity.h"
#include "native/eval/rank_source.h"

namespace tsugi {

/// How often one item directly follows another in the training part. Example: the sequences 1 2 3
/// and 1 2 have the edges 1 -> 2 (count 2) and 2 -> 3 (count 1).
struct Transitions {
  std::vector<uint64_t> offsets;  ///< [N + 1] edges of item i are [offsets[i], offsets[i + 1])
  std::vector<uint32_t> to;       ///< [edges] item_index, ascending within one item
  std::vector<uint32_t> counts;   ///< [edges]

  std::span<const uint32_t> successors(uint32_t item) const {
    return std::span(to).subspan(offsets[item], offsets[item + 1] - offsets[item]);
  }
  std::span<const uint32_t> successor_counts(uint32_t item) const {
    return std::span(counts).subspan(offsets[item], offsets[item + 1] - offsets[item]);
  }
};

Transitions CountTransitions(const EvaluationSet& set);

/// "markov": what followed the last item most often, then popular items.
std::unique_ptr<RankSource> MakeMarkov(std::shared_ptr<const Transitions> transitions,
                                       std::shared_ptr<const Popularity> popularity);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_TRANSITIONS_H_
