#ifndef TSUGI_NATIVE_EVAL_TRANSITION_GRAPH_H_
#define TSUGI_NATIVE_EVAL_TRANSITION_GRAPH_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "native/eval/item_text.h"
#include "native/eval/popularity.h"
#include "native/eval/rank_source.h"
#include "native/eval/transitions.h"

namespace tsugi {

/// One item of the history to walk from, and how many items each ring around it gives to ten
/// places. Ring r holds the items that are r transitions away and no closer.
struct GraphAnchor {
  size_t age;                     ///< 0: the last item, 1: the one before
  std::vector<uint32_t> budgets;  ///< by ring, from ring 1
};

/// The two published shapes of the heuristic; validation picks one.
std::vector<GraphAnchor> SingleAnchorShape();  ///< last item: 7, 2, 1
std::vector<GraphAnchor> DoubleAnchorShape();  ///< last item: 5, 1; second-last: 3, 1

/// "transition_graph": a training-free walk over the graph of consecutive items.
///
/// Within a ring items are ordered by cosine(anchor, item) + 0.5 log1p(count) / log1p(row maximum);
/// counts are those of ring 1's edges. Every ten places are dealt by the budgets; what the rings do
/// not fill goes to the items most similar in text to the last item. After 100 places: popular
/// items.
/// Source:  TGH, arXiv 2605.07125. Differs: text is ItemText, not a large text encoder; padding is
///          deterministic; the list goes on after ten places by dealing again; whether seen items
///          are left out is the evaluation's choice.
std::unique_ptr<RankSource> MakeTransitionGraph(std::shared_ptr<const Transitions> transitions,
                                                std::shared_ptr<const ItemText> text,
                                                std::shared_ptr<const Popularity> popularity,
                                                std::vector<GraphAnchor> anchors);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_TRANSITION_GRAPH_H_
