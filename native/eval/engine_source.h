#ifndef TSUGI_NATIVE_EVAL_ENGINE_SOURCE_H_
#define TSUGI_NATIVE_EVAL_ENGINE_SOURCE_H_

#include <memory>
#include <vector>

#include "core/model/model_view.h"
#include "core/recommender.h"
#include "core/session.h"
#include "native/eval/evaluator.h"

namespace tsugi {

/// An engine with one session, for one thread. Movable.
struct EngineSession {
  std::unique_ptr<Recommender> recommender;  ///< before the session, which borrows it
  std::unique_ptr<Session> session;
  std::vector<Event> events;  ///< scratch

  /// Borrows the model's memory. Errors: Recommender::Create.
  static Result<EngineSession> Create(const ModelView& model);
  /// Puts a history into the session, which starts afresh: one session serves all queries.
  /// Errors: Session::Assign.
  Status Follow(const EventView& history);
};

/// Makes a rank source of the shipped engine, so that every number of an evaluation comes from
/// core::Recommender. Each ranker owns a Recommender and a session, since the engine allows one
/// thread each. It assigns the whole history; the model's window decides how much of it counts.
///
/// Ownership: borrows the model's memory, which must outlive the source and its rankers.
std::unique_ptr<RankSource> MakeEngineSource(const ModelView& model);

/// Makes a rank source of the engine's lists of options.k items. A target that is not on the list
/// is a miss. What is left out comes from the queries alone. name(): "list".
std::unique_ptr<RankSource> MakeListSource(const ModelView& model, RecommendOptions options);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_ENGINE_SOURCE_H_
