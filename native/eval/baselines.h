#ifndef TSUGI_NATIVE_EVAL_BASELINES_H_
#define TSUGI_NATIVE_EVAL_BASELINES_H_

#include <memory>
#include <vector>

#include "core/base/status.h"
#include "native/eval/evaluator.h"
#include "native/eval/item_text.h"

namespace tsugi {

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
