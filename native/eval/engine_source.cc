#include "native/eval/engine_source.h"

#include <algorithm>
#include <vector>

#include "core/recommender.h"
#include "core/session.h"

namespace tsugi {
namespace {

// An engine and a session of its own, for one thread.
class EngineSession {
 public:
  static Result<EngineSession> Create(const ModelView& model) {
    TSUGI_ASSIGN_OR_RETURN(auto recommender, Recommender::Create(model));
    TSUGI_ASSIGN_OR_RETURN(auto session, recommender->CreateSession());
    return EngineSession(std::move(recommender), std::move(session));
  }
  // Puts the history into the session. Assign starts afresh, so one session serves all queries.
  Status Follow(const RankQuery& query) {
    events_.clear();
    query.events.AppendTo(events_);
    return session_->Assign(events_);
  }
  Session& session() { return *session_; }
  size_t item_count() const { return recommender_->spec().item_count; }

 private:
  EngineSession(std::unique_ptr<Recommender> recommender, std::unique_ptr<Session> session)
      : recommender_(std::move(recommender)), session_(std::move(session)) {}

  std::unique_ptr<Recommender> recommender_;  // before the session, which borrows it
  std::unique_ptr<Session> session_;
  std::vector<Event> events_;
};

// Ranks by the scores of the whole catalogue, so any rank is exact, however low.
class EngineRanker final : public Ranker {
 public:
  explicit EngineRanker(EngineSession engine)
      : engine_(std::move(engine)), scores_(engine_.item_count()) {}

  Result<TargetRank> Rank(const RankQuery& query) override {
    TSUGI_RETURN_IF_ERROR(engine_.Follow(query));
    TSUGI_RETURN_IF_ERROR(engine_.session().ScoreAll(scores_));
    return ComputeRank(std::span<const float>(scores_), query.target, query.left_out);
  }

 private:
  EngineSession engine_;
  std::vector<float> scores_;  // [N]
};

// Ranks by the place on a list: semantic ids do not score the whole catalogue. A list has no ties.
class ListRanker final : public Ranker {
 public:
  ListRanker(EngineSession engine, const RecommendOptions& options)
      : engine_(std::move(engine)), options_(options), list_(options.k) {}

  Result<TargetRank> Rank(const RankQuery& query) override {
    TSUGI_RETURN_IF_ERROR(engine_.Follow(query));
    // The query decides what is left out, not the session: with filter_seen off the evaluation
    // wants seen items, whatever the model's default is.
    options_.exclude = query.left_out;
    TSUGI_ASSIGN_OR_RETURN(const size_t count, engine_.session().RecommendInto(options_, list_));
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

class ListSource final : public RankSource {
 public:
  ListSource(const ModelView& model, const RecommendOptions& options)
      : model_(model), options_(options) {}
  std::string name() const override {
    using Ranking = RecommendOptions::Ranking;
    return options_.ranking == Ranking::kGenerated  ? "generated"
           : options_.ranking == Ranking::kParallel ? "parallel"
                                                    : "fused";
  }
  Result<std::unique_ptr<Ranker>> CreateRanker() const override {
    TSUGI_ASSIGN_OR_RETURN(EngineSession engine, EngineSession::Create(model_));
    return std::unique_ptr<Ranker>(std::make_unique<ListRanker>(std::move(engine), options_));
  }

 private:
  const ModelView model_;  // a view is small; its memory is borrowed
  const RecommendOptions options_;
};

// Ranks by scores of the item table.
class EngineSource final : public RankSource {
 public:
  explicit EngineSource(const ModelView& model) : model_(model) {}
  std::string name() const override { return "model"; }
  Result<std::unique_ptr<Ranker>> CreateRanker() const override {
    TSUGI_ASSIGN_OR_RETURN(EngineSession engine, EngineSession::Create(model_));
    return std::unique_ptr<Ranker>(std::make_unique<EngineRanker>(std::move(engine)));
  }

 private:
  const ModelView model_;
};

}  // namespace

std::unique_ptr<RankSource> MakeEngineSource(const ModelView& model) {
  return std::make_unique<EngineSource>(model);
}

std::unique_ptr<RankSource> MakeListSource(const ModelView& model,
                                           RecommendOptions::Ranking ranking, uint32_t beam,
                                           uint32_t depth) {
  RecommendOptions options{.k = std::min(depth, model.spec.item_count)};
  options.seen = RecommendOptions::Seen::kKeep;  // the query says what to leave out
  options.ranking = ranking;
  options.beam = beam;
  return std::make_unique<ListSource>(model, options);
}

}  // namespace tsugi
