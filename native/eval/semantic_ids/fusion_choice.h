#ifndef TSUGI_NATIVE_EVAL_SEMANTIC_IDS_FUSION_CHOICE_H_
#define TSUGI_NATIVE_EVAL_SEMANTIC_IDS_FUSION_CHOICE_H_

#include <functional>

#include "core/model/model_view.h"
#include "core/parts/semantic_ids/semantic_ids_spec.h"
#include "native/dataset/dataset.h"

namespace tsugi {

/// The chosen way to fuse generated items with the item table
/// (core/parts/semantic_ids/semantic_ids_spec.h).
struct FusionChoice {
  FusionRule rule = {0.0f, 0.0f, 0.0f};
  size_t cases = 0;         ///< number of validation cases that it was chosen with
  double ndcg = 0.0;        ///< NDCG@10 of the fused lists on these cases
  double table_ndcg = 0.0;  ///< NDCG@10 of the item table alone
  double generated_ndcg = 0.0;
};

/// Chooses a fusion rule from a grid, by NDCG@10 on at most `limit` evenly spaced validation cases,
/// through the engine. On a tie the earlier rule of the grid wins.
/// Requires: the model has semantic ids.
/// Errors: Recommender::Create; those of the engine.
Result<FusionChoice> ChooseFusion(const ModelView& model, const Dataset& dataset, size_t limit,
                                  const std::function<void(size_t done, size_t total)>& progress);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_SEMANTIC_IDS_FUSION_CHOICE_H_
