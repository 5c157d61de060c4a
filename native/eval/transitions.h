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

/// How often each item directly follows another one in the training part, as a graph. Example: the
/// sequences 1 2 3 and 1 2 give the edges 1 -> 2 with count 2 and 2 -> 3 with count 1.
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

/// Makes the baseline "markov": the items that most often followed the last item, then popular
/// items.
std::unique_ptr<RankSource> MakeMarkov(std::shared_ptr<const Transitions> transitions,
                                       std::shared_ptr<const Popularity> popularity);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_TRANSITIONS_H_
