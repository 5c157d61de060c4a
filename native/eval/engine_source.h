#ifndef TSUGI_NATIVE_EVAL_ENGINE_SOURCE_H_
#define TSUGI_NATIVE_EVAL_ENGINE_SOURCE_H_

#include <memory>
#include <vector>

#include "core/model/model_view.h"
#include "core/recommender.h"
#include "core/session.h"
#include "native/eval/rank_source.h"

namespace tsugi {

/// An engine with one session, for one thread. Movable.
struct EngineSession {
  std::unique_ptr<Recommender> recommender;  ///< before the session, which borrows it
  std::unique_ptr<Session> session;
  std::vector<Event> events;  ///< scratch

  /// Borrows the model's memory. Errors: Recommender::Create.
  static Result<EngineSession> Create(const ModelView& model);
  /// Makes the session one that has seen these events. Errors: Session::Assign.
  Status Follow(const EventView& history);
};

/// The shipped engine as a rank source: every number of the evaluation comes from
/// core::Recommender. Each ranker owns a Recommender and a session (one thread each, as the engine
/// asks) and scores the catalogue after the whole history; the model's window decides how much of
/// it counts.
///
/// Ownership: borrows the model's memory, which must outlive the source and its rankers.
std::unique_ptr<RankSource> MakeEngineSource(const ModelView& model);

/// The lists that the engine's language part makes, `depth` items long: a target that is not on its
/// list is a miss. name(): "generated", "parallel" or "fused". The reach of what is generated is
/// `beam`. Requires: model.spec.has_language(), ranking is not kTable.
std::unique_ptr<RankSource> MakeListSource(const ModelView& model,
                                           RecommendOptions::Ranking ranking, uint32_t beam,
                                           uint32_t depth);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_ENGINE_SOURCE_H_
