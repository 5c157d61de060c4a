#ifndef TSUGI_NATIVE_EVAL_ENGINE_SOURCE_H_
#define TSUGI_NATIVE_EVAL_ENGINE_SOURCE_H_

#include <memory>

#include "core/model/model_view.h"
#include "native/eval/rank_source.h"

namespace tsugi {

/// The shipped engine as a rank source: every number of the evaluation comes from
/// core::Recommender. Each ranker owns a Recommender and a session (one thread each, as the engine
/// asks) and scores the catalogue after the whole history; the model's window decides how much of
/// it counts.
///
/// Ownership: borrows the model's memory, which must outlive the source and its rankers.
std::unique_ptr<RankSource> MakeEngineSource(const ModelView& model);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_ENGINE_SOURCE_H_
