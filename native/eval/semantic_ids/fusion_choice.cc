#include "native/eval/semantic_ids/fusion_choice.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/parts/semantic_ids/semantic_ids_spec.h"
#include "native/eval/engine_source.h"
#include "native/eval/evaluator.h"
#include "native/eval/metrics.h"

namespace tsugi {
namespace {

// Length of the item table's list: fusing cannot lift items below it into the first ten.
constexpr uint32_t kDepth = 30;

// The items of both lists after one history. The engine runs once per case; every rule of the grid
// is then computed from these numbers.
struct MixedCase {
  struct Candidate {
    uint32_t item;
    double table, generated;  // probabilities
  };
  double confidence = 0.0;
  std::vector<Candidate> candidates;  // by ascending item, so that ties fall as in a list
  uint32_t target = 0;

  double Ndcg(double a) const {
    const auto own = std::ranges::find(candidates, target, &Candidate::item);
    if (own == candidates.end()) return 0.0;
    std::vector<double> scores;
    for (const Candidate& c : candidates) scores.push_back((1.0 - a) * c.table + a * c.generated);
    const auto place = static_cast<uint32_t>(own - candidates.begin());
    return NdcgAt(ComputeRank(std::span<const double>(scores), place, {}).rank, 10);
  }
};

class CaseReader {
 public:
  explicit CaseReader(EngineSession engine)
      : engine_(std::move(engine)), scores_(engine_.recommender->item_count()) {}

  Result<MixedCase> Read(const EvaluationSet& set, const EvaluationCase& one, bool filter_seen) {
    TSUGI_RETURN_IF_ERROR(engine_.Follow(set.history_events(one)));
    TSUGI_RETURN_IF_ERROR(engine_.session->ScoreAll(scores_));
    // Softmax over the whole catalogue: fusion mixes probabilities, and logits of the table have no
    // common unit with the probabilities of generated ids.
    const float highest = *std::max_element(scores_.begin(), scores_.end());
    double total = 0.0;
    for (const float score : scores_) total += std::exp(static_cast<double>(score) - highest);
    const auto table = [&](uint32_t item) {
      return std::exp(static_cast<double>(scores_[item]) - highest) / total;
    };
    // The confidence of the table is the probability of its best item, e^0 / total.
    MixedCase mixed{1.0 / total, {}, set.target(one)};
    RecommendOptions options{.k = kDepth};
    options.seen = filter_seen ? RecommendOptions::Seen::kFilter : RecommendOptions::Seen::kKeep;
    options.exact = true;
    std::map<uint32_t, double> generated;
    TSUGI_ASSIGN_OR_RETURN(const auto of_table, engine_.session->Recommend(options));
    for (const ScoredItem& item : of_table) generated.emplace(item.item_index, 0.0);
    options.ranking = RecommendOptions::Ranking::kGenerated;
    TSUGI_ASSIGN_OR_RETURN(const auto made, engine_.session->Recommend(options));
    for (const ScoredItem& item : made) {
      generated[item.item_index] = std::exp(static_cast<double>(item.score));
    }
    for (const auto& [item, p] : generated) mixed.candidates.push_back({item, table(item), p});
    return mixed;
  }

 private:
  EngineSession engine_;
  std::vector<float> scores_;
};

// In the order of the cases, so the choice does not depend on the number of workers.
double MeanNdcg(const std::vector<MixedCase>& cases, const FusionRule& rule) {
  double sum = 0.0;
  for (const MixedCase& one : cases) sum += one.Ndcg(GeneratedShare(rule, one.confidence));
  return sum / static_cast<double>(std::max<size_t>(1, cases.size()));
}

}  // namespace

Result<FusionChoice> ChooseFusion(const ModelView& model, const Dataset& dataset, size_t limit,
                                  const std::function<void(size_t, size_t)>& progress) {
  const EvaluationSet set = MakeEvaluationSet(dataset, Split::kValid);
  const size_t count = std::min(limit, set.cases.size());
  std::vector<MixedCase> cases(count);
  const auto make_worker = [&]() -> Result<CaseWorker> {
    TSUGI_ASSIGN_OR_RETURN(EngineSession engine, EngineSession::Create(model));
    auto reader = std::make_shared<CaseReader>(std::move(engine));
    return CaseWorker([&, reader](size_t index) -> Status {
      const EvaluationCase& one = set.cases[index * set.cases.size() / count];
      TSUGI_ASSIGN_OR_RETURN(cases[index], reader->Read(set, one, model.spec.filter_seen));
      return Status();
    });
  };
  TSUGI_RETURN_IF_ERROR(RunOverCases(count, make_worker, {.threads = 0, .progress = progress}));
  FusionChoice choice;
  choice.cases = count;
  // The item table alone is the choice to beat: a share of 0 generates nothing.
  choice.ndcg = choice.table_ndcg = MeanNdcg(cases, {0.0f, 0.0f, 0.0f});
  choice.generated_ndcg = MeanNdcg(cases, {1.0f, 0.0f, 0.0f});
  // A rule must be strictly better to replace an earlier one, so ties keep the simpler rule.
  for (const float slope : {0.0f, 1.0f, 4.0f, 16.0f, 64.0f}) {
    for (const float threshold : {0.02f, 0.05f, 0.1f, 0.2f, 0.4f, 1.0f}) {
      for (int step = 1; step <= 20; ++step) {
        const FusionRule rule = {static_cast<float>(step) / 20.0f, slope, threshold};
        const double ndcg = MeanNdcg(cases, rule);
        if (ndcg <= choice.ndcg) continue;
        choice.ndcg = ndcg;
        choice.rule = rule;
      }
    }
  }
  return choice;
}

}  // namespace tsugi
