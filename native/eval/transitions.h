#ifndef TSUGI_NATIVE_EVAL_TRANSITIONS_H_
#define TSUGI_NATIVE_EVAL_TRANSITIONS_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/model/model_view.h"
#include "native/eval/baselines.h"
#include "native/eval/evaluator.h"

namespace tsugi {

/// The texts of items as unit vectors of TF-IDF weighted words. It replaces the large text encoder
/// of the published transition-graph heuristic and serves only that baseline. A word is a run of
/// ASCII letters (lower-cased), digits and bytes above 127; words are hashed.
class ItemText {
 public:
  /// Builds the vectors from all strings of the metadata (JSON objects), at any depth, or from the
  /// title of an item whose metadata has none. Both tables may be empty. Metadata that is not JSON
  /// is ignored. Words that only one item has are dropped, since they match nothing.
  static ItemText Build(size_t item_count, const StringTableView& titles,
                        const StringTableView& metadata);

  bool empty() const { return words_.empty(); }
  /// Writes the cosine of `item` with every item, in [0, 1], to cosines [N].
  void ComputeCosines(uint32_t item, std::span<float> cosines) const;

 private:
  struct Entry {
    uint32_t index;  // word in words_, item in postings_
    float weight;
  };
  std::vector<uint64_t> word_offsets_;     // [N + 1] into words_
  std::vector<Entry> words_;               // words of each item
  std::vector<uint64_t> posting_offsets_;  // [words + 1] into postings_
  std::vector<Entry> postings_;            // items of each word
};

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

/// An item of the history from which the walk starts, and the number of items, its budget, that
/// each ring around it contributes to ten places. Ring r holds the items whose shortest path from
/// the anchor has r transitions.
struct GraphAnchor {
  size_t age;                     ///< 0: the last item, 1: the one before
  std::vector<uint32_t> budgets;  ///< by ring, starting with ring 1
};

/// The two published shapes of the heuristic. Validation chooses one.
std::vector<GraphAnchor> SingleAnchorShape();  ///< last item: 7, 2, 1
std::vector<GraphAnchor> DoubleAnchorShape();  ///< last item: 5, 1; second-last: 3, 1

/// Makes the baseline "transition_graph": a walk over the graph of consecutive items, without
/// training.
///
/// In ring 1 items are ordered by cosine(anchor, item) + 0.5 log1p(count) / log1p(largest count of
/// the anchor), where count is that of the edge; in further rings by the cosine alone. Each ten
/// places are filled by the budgets. Places that the rings cannot fill go to the items whose text
/// is most similar to the last item. Popular items follow after 100 places.
/// Source:  TGH, arXiv 2605.07125.
/// Differs: text is ItemText, not a large text encoder; filling up is deterministic; after ten
///          places the budgets apply again; the evaluation decides whether seen items are left out.
std::unique_ptr<RankSource> MakeTransitionGraph(std::shared_ptr<const Transitions> transitions,
                                                std::shared_ptr<const ItemText> text,
                                                std::shared_ptr<const Popularity> popularity,
                                                std::vector<GraphAnchor> anchors);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_TRANSITIONS_H_
