#include "native/studies/ranking_report.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "native/cli/command.h"
#include "native/cli/evaluation_progress.h"
#include "native/eval/search_quality.h"
#include "native/model/model_file.h"
#include "native/report/text_table.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostQueries = 2000;

Json GroupJson(const RankingComparison& comparison, const ComparedRanking::Group& group) {
  Json json = {{"metrics", Json::object()},
               {"ci95", Json::object()},
               {"gain", Json::object()},
               {"gain_ci95", Json::object()}};
  for (size_t m = 0; m < comparison.metrics.size(); ++m) {
    const std::string& name = comparison.metrics[m].name;
    json["metrics"][name] = group.means[m];
    json["ci95"][name] = {group.intervals[m].low, group.intervals[m].high};
    json["gain"][name] = group.gains[m];
    json["gain_ci95"][name] = {group.gain_intervals[m].low, group.gain_intervals[m].high};
  }
  return json;
}

std::string GroupTable(const RankingComparison& comparison, const std::string& title,
                       ComparedRanking::Group ComparedRanking::*member) {
  std::vector<std::vector<std::string>> rows(1, {title});
  for (const Metric& metric : comparison.metrics) rows[0].push_back(metric.name);
  rows[0].push_back("ndcg@10 over " + comparison.rankings[0].name + " (95 %)");
  for (const ComparedRanking& ranking : comparison.rankings) {
    const ComparedRanking::Group& group = ranking.*member;
    std::vector<std::string> row = {ranking.name};
    for (const double mean : group.means) row.push_back(FixedText(mean, 4));
    for (size_t m = 0; m < comparison.metrics.size(); ++m) {
      if (comparison.metrics[m].name != "ndcg@10" || &ranking == &comparison.rankings[0]) continue;
      row.push_back(FixedText(group.gains[m], 4) + " (" +
                    FixedText(group.gain_intervals[m].low, 4) + " to " +
                    FixedText(group.gain_intervals[m].high, 4) + ")");
    }
    rows.push_back(std::move(row));
  }
  return AlignText(rows);
}

}  // namespace

std::string FormatRankingsTable(const RankingComparison& comparison) {
  return GroupTable(comparison, std::to_string(comparison.cases) + " cases",
                    &ComparedRanking::all) +
         "\n" +
         GroupTable(comparison,
                    std::to_string(comparison.rare_cases) + " of targets under 5 training events",
                    &ComparedRanking::rare);
}

std::string FormatRankingsJson(const RankingComparison& comparison) {
  Json json = {{"cases", comparison.cases},
               {"rare_cases", comparison.rare_cases},
               {"rankings", Json::array()}};
  for (const ComparedRanking& ranking : comparison.rankings) {
    json["rankings"].push_back({{"name", ranking.name},
                                {"seconds", ranking.seconds},
                                {"all", GroupJson(comparison, ranking.all)},
                                {"rare", GroupJson(comparison, ranking.rare)}});
  }
  return json.dump(2);
}

Status EvaluateSearch(const ModelView& model, bool as_json) {
  TSUGI_ASSIGN_OR_RETURN(const auto rows, MeasureSearch(model, kMostQueries, 1));
  Json json = Json::array();
  std::vector<std::vector<std::string>> lines = {{"asked with", "queries", "generated R@10",
                                                  "parallel R@10", "fused R@10", "TF-IDF R@10",
                                                  "ms a list"}};
  for (const SearchRow& row : rows) {
    json.push_back({{"name", row.name},
                    {"queries", row.queries},
                    {"generated", row.generated},
                    {"parallel", row.parallel},
                    {"fused", row.fused},
                    {"tf_idf", row.tf_idf},
                    {"milliseconds", row.milliseconds}});
    lines.push_back({row.name, std::to_string(row.queries), FixedText(row.generated, 4),
                     FixedText(row.parallel, 4), FixedText(row.fused, 4), FixedText(row.tf_idf, 4),
                     FixedText(row.milliseconds, 2)});
  }
  Print(as_json ? Json{{"search", json}}.dump(2) + "\n" : AlignText(lines));
  return Status();
}

void AddRankingOptions(CLI::App& verb, RankingRequest& request) {
  CLI::Option* rankings =
      verb.add_flag("--rankings", request.is_asked,
                    "compare item table, generated, parallel and fused lists of a semantic model");
  verb.add_flag("--search", request.search, "measure how well words find items, beside TF-IDF");
  verb.add_option("--beam", request.options.beam, "of --rankings: prefixes kept while generating")
      ->check(CLI::Range(1u, 64u))
      ->capture_default_str()
      ->needs(rankings);
  verb.add_option("--against", request.against,
                  "of --rankings: run or model whose item table is ranked first; differences are "
                  "from it")
      ->needs(rankings);
}

Status EvaluateRankings(const EvaluationRequest& evaluation, RankingRequest& request) {
  TSUGI_ASSIGN_OR_RETURN(const Model model, LoadModelFile(evaluation.model));
  if (request.search) return EvaluateSearch(model.view(), evaluation.as_json);
  TSUGI_ASSIGN_OR_RETURN(const Dataset dataset, Dataset::Open(evaluation.data));
  std::optional<Model> against;
  if (!request.against.empty()) {
    TSUGI_ASSIGN_OR_RETURN(against, LoadModelFile(FindModel(request.against)));
    request.options.against = &against->view();
  }
  request.options.split = evaluation.split;
  request.options.filter_seen = evaluation.filter_seen;
  EvaluationProgress progress;
  request.options.progress = [&progress](std::string_view what, size_t done, size_t total) {
    progress.Update(what, done, total);
  };
  TSUGI_ASSIGN_OR_RETURN(const auto comparison,
                         CompareRankings(model.view(), dataset, request.options));
  progress = {};
  Print(evaluation.as_json ? FormatRankingsJson(comparison) + "\n"
                           : FormatRankingsTable(comparison));
  return Status();
}

}  // namespace tsugi
