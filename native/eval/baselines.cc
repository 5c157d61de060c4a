#include "native/eval/baselines.h"

#include "native/eval/item_knn.h"
#include "native/eval/metrics.h"
#include "native/eval/popularity.h"
#include "native/eval/transitions.h"

namespace tsugi {
namespace {

using Sources = std::vector<std::unique_ptr<RankSource>>;

// Returns the choice with the best NDCG@10 on validation, or the first one without validation
// cases. So every list of choices starts with the value to use when nothing is known.
Result<std::unique_ptr<RankSource>> PickBest(Sources choices, const EvaluationSet& validation,
                                             const BaselineOptions& options) {
  RankOptions rank_options;
  rank_options.filter_seen = options.filter_seen;
  rank_options.threads = options.threads;
  // A few thousand cases tell such choices apart; all of them would take as long as the evaluation.
  rank_options.max_cases = options.tuning_cases;
  const Metric ndcg{Metric::Kind::kNdcg, 10, "ndcg@10"};
  size_t best = 0;
  double best_ndcg = -1.0;
  for (size_t i = 0; i < choices.size() && !validation.cases.empty(); ++i) {
    TSUGI_ASSIGN_OR_RETURN(const auto ranks, RankCases(validation, *choices[i], rank_options));
    const double mean = ComputeMeans({&ndcg, 1}, ranks)[0];
    if (mean > best_ndcg) {
      best = i;
      best_ndcg = mean;
    }
  }
  return std::move(choices[best]);
}

// Nine combinations. Neighbours depend on the shrinkage alone, so three searches serve all of them.
Result<std::unique_ptr<RankSource>> TuneItemKnn(const EvaluationSet& validation,
                                                std::shared_ptr<const Popularity> popularity,
                                                const BaselineOptions& options) {
  Sources choices;
  for (const double shrinkage : {0.0, 5.0, 20.0}) {
    const auto neighbours =
        std::make_shared<const ItemNeighbours>(FindNeighbours(validation, shrinkage));
    for (const double decay : {0.8, 0.3, 0.95}) {
      choices.push_back(MakeItemKnn(neighbours, popularity, decay));
    }
  }
  return PickBest(std::move(choices), validation, options);
}

}  // namespace

// Baselines with parameters are tuned on validation cases, as the model is. An untuned baseline
// would make the model look better than it is.
Result<Sources> BuildBaselines(const EvaluationSet& validation, ItemText text,
                               const BaselineOptions& options) {
  const auto popularity = std::make_shared<const Popularity>(CountPopularity(validation));
  const auto transitions = std::make_shared<const Transitions>(CountTransitions(validation));
  const auto shared_text = std::make_shared<const ItemText>(std::move(text));
  Sources sources;
  // Session popularity recommends the session's own items, all of which a filter would remove.
  sources.push_back(MakePopularity(popularity));
  if (!options.filter_seen) sources.push_back(MakeSessionPopularity(popularity));
  sources.push_back(MakeMarkov(transitions, popularity));
  TSUGI_ASSIGN_OR_RETURN(auto item_knn, TuneItemKnn(validation, popularity, options));
  sources.push_back(std::move(item_knn));
  Sources shapes;
  for (const auto& shape : {SingleAnchorShape(), DoubleAnchorShape()}) {
    shapes.push_back(MakeTransitionGraph(transitions, shared_text, popularity, shape));
  }
  TSUGI_ASSIGN_OR_RETURN(auto graph, PickBest(std::move(shapes), validation, options));
  sources.push_back(std::move(graph));
  return sources;
}

}  // namespace tsugi
