#include "native/studies/ranking_comparison.h"

#include <chrono>

#include "native/eval/engine_source.h"
#include "native/eval/evaluate_model.h"
#include "native/eval/evaluator.h"
#include "native/eval/popularity.h"
#include "native/eval/transitions.h"

namespace tsugi {
namespace {

constexpr uint32_t kRareEvents = 5;
constexpr uint32_t kListLength = 20;

class Comparison {
 public:
  Comparison(const EvaluationSet& set, bool filter_seen, const RankingComparisonOptions& options)
      : set_(set), filter_seen_(filter_seen), options_(options) {
    const std::vector<uint32_t> ks = {5, 10, 20};
    result_.metrics = BuildMetrics(ks, false);
    std::erase_if(result_.metrics, [](const Metric& m) { return m.kind == Metric::Kind::kMrr; });
    result_.cases = set.cases.size();
    popularity_ = std::make_shared<Popularity>(CountPopularity(set));
    for (const EvaluationCase& one : set.cases) {
      const bool is_rare = popularity_->counts[set.target(one)] < kRareEvents;
      is_rare_.push_back(is_rare);
      result_.rare_cases += is_rare;
    }
  }

  Status Add(const RankSource& source, const std::string& name) {
    const auto start = std::chrono::steady_clock::now();
    RankOptions rank_options{.filter_seen = filter_seen_, .threads = options_.threads};
    if (options_.progress) {
      rank_options.progress = [&](size_t done, size_t total) {
        options_.progress(name, done, total);
      };
    }
    TSUGI_ASSIGN_OR_RETURN(const auto ranks, RankCases(set_, source, rank_options));
    if (result_.rankings.empty()) first_ = ranks;
    ComparedRanking ranking;
    ranking.name = name;
    ranking.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    ranking.all = Summarise(ranks, {});
    ranking.rare = Summarise(ranks, is_rare_);
    result_.rankings.push_back(std::move(ranking));
    return Status();
  }

  std::shared_ptr<const Popularity> popularity() const { return popularity_; }
  RankingComparison Take() { return std::move(result_); }

 private:
  /// weights: [cases], or empty.
  ComparedRanking::Group Summarise(const std::vector<TargetRank>& ranks,
                                   std::span<const double> weights) const {
    const UserSums own = SumByUser(result_.metrics, set_.cases, ranks, weights);
    const UserSums gains = Subtract(own, SumByUser(result_.metrics, set_.cases, first_, weights));
    return {MeansOf(own), BootstrapIntervals(own, options_.bootstrap), MeansOf(gains),
            BootstrapIntervals(gains, options_.bootstrap)};
  }

  const EvaluationSet& set_;
  const bool filter_seen_;
  const RankingComparisonOptions& options_;
  std::shared_ptr<const Popularity> popularity_;
  std::vector<double> is_rare_;  // [cases] 0 or 1
  std::vector<TargetRank> first_;
  RankingComparison result_;
};

}  // namespace

Result<RankingComparison> CompareRankings(const ModelView& model, const Dataset& dataset,
                                          const RankingComparisonOptions& options) {
  if (!model.spec.has_language()) {
    return Unsupported("the model ranks by its item table only. Try: train with --preset semantic");
  }
  TSUGI_RETURN_IF_ERROR(CheckSameItems(model, dataset));
  using Ranking = RecommendOptions::Ranking;
  const EvaluationSet set = MakeEvaluationSet(dataset, options.split);
  Comparison comparison(set, options.filter_seen.value_or(model.spec.filter_seen), options);
  if (options.against) {
    TSUGI_RETURN_IF_ERROR(CheckSameItems(*options.against, dataset));
    TSUGI_RETURN_IF_ERROR(comparison.Add(*MakeEngineSource(*options.against), "other item table"));
  }
  TSUGI_RETURN_IF_ERROR(comparison.Add(*MakeEngineSource(model), "item table"));
  for (const Ranking ranking : {Ranking::kGenerated, Ranking::kParallel, Ranking::kFused}) {
    const auto source = MakeListSource(model, ranking, options.beam, kListLength);
    TSUGI_RETURN_IF_ERROR(comparison.Add(*source, source->name()));
  }
  const auto transitions = std::make_shared<Transitions>(CountTransitions(set));
  TSUGI_RETURN_IF_ERROR(
      comparison.Add(*MakeMarkov(transitions, comparison.popularity()), "markov"));
  return comparison.Take();
}

}  // namespace tsugi
