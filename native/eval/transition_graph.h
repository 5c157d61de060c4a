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

#endif  // TSUGI_NATIVE_EVAL_TRANSITION_GRAPH_H_
