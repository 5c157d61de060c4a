#ifndef TSUGI_NATIVE_EVAL_FUSION_CHOICE_H_
#define TSUGI_NATIVE_EVAL_FUSION_CHOICE_H_

#include <functional>

#include "core/parts/semantic_ids/fusion.h"
#include "core/model/model_view.h"
#include "native/dataset/dataset.h"

namespace tsugi {

/// How generated items are best mixed with the item table (core/parts/semantic_ids/fusion.h).
struct FusionChoice {
  FusionRule rule = {0.0f, 0.0f, 0.0f};
  size_t cases = 0;         ///< validation cases that it was chosen on
  double ndcg = 0.0;        ///< @10 on them, of this mix
  double table_ndcg = 0.0;  ///< of the item table alone
  double generated_ndcg = 0.0;
};

/// Tries a grid of mixes on validation cases through the engine, at most `limit` of them, evenly
/// spaced; of equals the smallest share. Requires: model.spec.has_language().
/// Errors: Recommender::Create; those of the engine.
Result<FusionChoice> ChooseFusion(const ModelView& model, const Dataset& dataset, size_t limit,
                                  const std::function<void(size_t done, size_t total)>& progress);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_FUSION_CHOICE_H_
