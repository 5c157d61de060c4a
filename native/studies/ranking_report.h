#ifndef TSUGI_NATIVE_STUDIES_RANKING_REPORT_H_
#define TSUGI_NATIVE_STUDIES_RANKING_REPORT_H_

#include <CLI/CLI.hpp>
#include <string>

#include "native/cli/evaluation_request.h"
#include "native/studies/ranking_comparison.h"

namespace tsugi {

/// What `tsugi evaluate --rankings` was asked for beside that.
struct RankingRequest {
  bool is_asked = false;
  bool search = false;  ///< --search: how well words find items, instead
  std::string against;  ///< other run or model whose item table differences are from, or empty
  RankingComparisonOptions options;
};

/// --rankings and what goes with it.
void AddRankingOptions(CLI::App& verb, RankingRequest& request);

/// Measures and prints every ranking of a model with a language part, or its search.
Status EvaluateRankings(const EvaluationRequest& evaluation, RankingRequest& request);

/// `tsugi evaluate --rankings` as a table for people.
std::string FormatRankingsTable(const RankingComparison& comparison);
/// The same as a JSON object: {"cases", "rare_cases", "rankings": [{"name", "seconds", "all":
/// {"metrics", "ci95", "gain", "gain_ci95"}, "rare": the same}]}; gains over the first ranking.
std::string FormatRankingsJson(const RankingComparison& comparison);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_STUDIES_RANKING_REPORT_H_
