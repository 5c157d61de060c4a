#ifndef TSUGI_NATIVE_EVAL_BASELINES_H_
#define TSUGI_NATIVE_EVAL_BASELINES_H_

#include <memory>
#include <vector>

#include "core/base/status.h"
#include "native/eval/evaluator.h"
#include "native/eval/item_text.h"
#include "native/eval/rank_source.h"

namespace tsugi {

struct BaselineOptions {
  bool filter_seen = true;      ///< as the evaluation will do; session popularity needs false
  unsigned threads = 0;         ///< see RankOptions
  size_t tuning_cases = 4000;   ///< validation cases that choose a baseline's knobs
};

/// Builds every honest baseline: popularity, session_popularity (only where seen items are kept),
/// markov, item_knn and transition_graph, from the training part of `validation`.
///
/// The few knobs (item_knn's shrinkage and decay, the graph's shape) are those with the best
/// NDCG@10 on the validation cases; without validation cases the first of each list is taken. Never
/// looks at the test split.
/// Ownership: the sources share what they learnt; they borrow nothing from `validation`.
Result<std::vector<std::unique_ptr<RankSource>>> BuildBaselines(const EvaluationSet& validation,
                                                                ItemText text,
                                                                const BaselineOptions& options);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_BASELINES_H_
