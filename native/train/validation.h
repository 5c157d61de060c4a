#ifndef TSUGI_NATIVE_TRAIN_VALIDATION_H_
#define TSUGI_NATIVE_TRAIN_VALIDATION_H_

#include <cstdint>
#include <vector>

#include "native/dataset/dataset.h"
#include "native/train/observer.h"

namespace tsugi::train {

class SequenceModel;

/// Full-ranking figures on validation cases, for model selection only: what a report states comes
/// from the engine (native/eval). Batched, because selection ranks every epoch.
struct ValidationMetrics {
  double recall_at_10 = 0.0;
  double ndcg_at_10 = 0.0;
  double mrr_at_20 = 0.0;

  /// By the names that reports and logs use; NDCG first, which epochs are chosen by.
  std::vector<Figure> Figures() const {
    return {{"ndcg@10", ndcg_at_10}, {"recall@10", recall_at_10}, {"mrr@20", mrr_at_20}};
  }
};

/// A fixed, seeded draw of at most `limit` validation cases, in their own order.
std::vector<EvaluationCase> DrawValidationCases(const Dataset& dataset, size_t limit);

/// Ranks the catalogue for every case on `workers` threads, by the rule of ComputeRank. Lists leave
/// out the items of the history when the spec's filter_seen says so.
ValidationMetrics Validate(SequenceModel& model, const Dataset& dataset,
                           const std::vector<EvaluationCase>& cases, int64_t workers);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_VALIDATION_H_
