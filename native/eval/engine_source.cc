#include "native/eval/engine_source.h"

#include <vector>

#include "core/recommender.h"
#include "core/session.h"

namespace tsugi {
namespace {

class EngineRanker final : public Ranker {
 public:
  EngineRanker(std::unique_ptr<Recommender> recommender, std::unique_ptr<Session> session)
      : recommender_(std::move(recommender)),
        session_(std::move(session)),
        scores_(recommender_->spec().item_count) {}

  Result<TargetRank> Rank(const RankQuery& query) override {
    events_.clear();
    for (size_t i = 0; i < query.history.size(); ++i) {
      events_.push_back({query.history[i], query.times.empty() ? 0 : query.times[i]});
    }
    TSUGI_RETURN_IF_ERROR(session_->Assign(events_));
    TSUGI_RETURN_IF_ERROR(session_->ScoreAll(scores_));
    return ComputeRank(std::span<const float>(scores_), query.target, query.left_out);
  }

 private:
  std::unique_ptr<Recommender> recommender_;  // before the session, which borrows it
  std::unique_ptr<Session> session_;
  std::vector<Event> events_;
  std::vector<float> scores_;  // [N]
};

class EngineSource final : public RankSource {
 public:
  explicit EngineSource(const ModelView& model) : model_(model) {}
  std::string name() const override { return "model"; }
  Result<std::unique_ptr<Ranker>> CreateRanker() const override {
    TSUGI_ASSIGN_OR_RETURN(auto recommender, Recommender::Create(model_));
    TSUGI_ASSIGN_OR_RETURN(auto session, recommender->CreateSession());
    return std::unique_ptr<Ranker>(
        std::make_unique<EngineRanker>(std::move(recommender), std::move(session)));
  }

 private:
  const ModelView model_;
};

}  // namespace

std::unique_ptr<RankSource> MakeEngineSource(const ModelView& model) {
  return std::make_unique<EngineSource>(model);
}

}  // namespace tsugi
