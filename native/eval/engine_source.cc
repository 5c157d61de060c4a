#include "native/eval/engine_source.h"

#include <algorithm>
#include <vector>

namespace tsugi {
namespace {

// Ranks by the scores of the whole catalogue, so any rank is exact, however low.
class EngineRanker final : public Ranker {
 public:
  explicit EngineRanker(EngineSession engine)
      : engine_(std::move(engine)), scores_(engine_.recommender->item_count()) {}

  Result<TargetRank> Rank(const RankQuery& query) override {
    TSUGI_RETURN_IF_ERROR(engine_.Follow(query.events));
    TSUGI_RETURN_IF_ERROR(engine_.session->ScoreAll(scores_));
    return ComputeRank(std::span<const float>(scores_), query.target, query.left_out);
  }

 private:
  EngineSession engine_;
  std::vector<float> scores_;  // [N]
};

// Ranks by the place on a list: such rankings do not score the whole catalogue. A list has no ties.
class ListRanker final : public Ranker {
 public:
  ListRanker(EngineSession engine, const RecommendOptions& options)
      : engine_(std::move(engine)), options_(options), list_(options.k) {}

  Result<TargetRank> Rank(const RankQuery& query) override {
    TSUGI_RETURN_IF_ERROR(engine_.Follow(query.events));
    // The query decides what is left out, not the session: with filter_seen off the evaluation
    // wants seen items, whatever the model's default is.
    options_.exclude = query.left_out;
    TSUGI_ASSIGN_OR_RETURN(const size_t count, engine_.session->RecommendInto(options_, list_));
    for (uint32_t i = 0; i < count; ++i) {
      if (list_[i].item_index == query.target) return TargetRank{i + 1, 0};
    }
    return TargetRank{};
  }

 private:
  EngineSession engine_;
  RecommendOptions options_;
  std::vector<ScoredItem> list_;
};

}  // namespace

Result<EngineSession> EngineSession::Create(const ModelView& model) {
  EngineSession engine;
  TSUGI_ASSIGN_OR_RETURN(engine.recommender, Recommender::Create(model));
  TSUGI_ASSIGN_OR_RETURN(engine.session, engine.recommender->CreateSession());
  return engine;
}

// Assign and not one push an event: it encodes several rows at a time and skips events that are too
// old to matter.
Status EngineSession::Follow(const EventView& history) {
  events.clear();
  history.AppendTo(events);
  return session->Assign(events);
}

// An engine for each worker: sessions have state, and one session serves one thread.
std::unique_ptr<RankSource> MakeEngineSource(const ModelView& model) {
  return std::make_unique<RankSource>("model", [model]() -> Result<std::unique_ptr<Ranker>> {
    TSUGI_ASSIGN_OR_RETURN(EngineSession engine, EngineSession::Create(model));
    return std::unique_ptr<Ranker>(std::make_unique<EngineRanker>(std::move(engine)));
  });
}

std::unique_ptr<RankSource> MakeListSource(const ModelView& model, RecommendOptions options) {
  options.k = std::min(options.k, model.spec.item_count);
  options.seen = RecommendOptions::Seen::kKeep;  // the query says what to leave out
  return std::make_unique<RankSource>(
      "list", [model, options]() -> Result<std::unique_ptr<Ranker>> {
        TSUGI_ASSIGN_OR_RETURN(EngineSession engine, EngineSession::Create(model));
        return std::unique_ptr<Ranker>(std::make_unique<ListRanker>(std::move(engine), options));
      });
}

}  // namespace tsugi
