#ifndef TSUGI_NATIVE_STUDIES_RANKING_COMPARISON_H_
#define TSUGI_NATIVE_STUDIES_RANKING_COMPARISON_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/model_view.h"
#include "native/dataset/dataset.h"
#include "native/eval/bootstrap.h"
#include "native/eval/metrics.h"

namespace tsugi {

/// One ranking of a model with a language part, beside the others.
struct ComparedRanking {
  /// "other item table" if one was given, "item table", "generated", "parallel", "fused" or
  /// "markov"
  std::string name;
  struct Group {
    std::vector<double> means;        ///< [M]
    std::vector<Interval> intervals;  ///< [M] 95 %
    std::vector<double> gains;        ///< [M] over the first ranking, mean over users
    std::vector<Interval> gain_intervals;
  };
  Group all;
  Group rare;  ///< targets with fewer than five training events
  double seconds = 0.0;
};

struct RankingComparison {
  std::vector<Metric> metrics;  ///< recall and ndcg at 5, 10 and 20
  size_t cases = 0, rare_cases = 0;
  std::vector<ComparedRanking> rankings;
};

struct RankingComparisonOptions {
  Split split = Split::kTest;
  uint32_t beam = 20;                    ///< RecommendOptions::beam
  std::optional<bool> filter_seen = {};  ///< unset: spec.filter_seen
  /// Another model whose item table is the first ranking, e.g. one of ids alone; gains are over it.
  const ModelView* against = nullptr;
  unsigned threads = 0;
  BootstrapOptions bootstrap;
  std::function<void(std::string_view what, size_t done, size_t total)> progress = {};
};

/// Ranks the same cases by the item table, by what the language part generates and predicts, by
/// both fused, and by first-order Markov. Errors: kUnsupported without a language part;
/// CheckSameItems of both models; those of the engine.
Result<RankingComparison> CompareRankings(const ModelView& model, const Dataset& dataset,
                                          const RankingComparisonOptions& options);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_STUDIES_RANKING_COMPARISON_H_
