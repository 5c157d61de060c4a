#include "native/cli/imagine_report.h"

#include <nlohmann/json.hpp>

#include "native/cli/command.h"
#include "native/cli/training_progress.h"
#include "native/report/text_table.h"
#include "native/train/stages/imagine/prior_study.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

Json SetsJson(const std::vector<train::RowSetQuality>& sets) {
  Json json = Json::array();
  for (const train::RowSetQuality& set : sets) {
    json.push_back({{"name", set.name},
                    {"like_probability", set.like_probability},
                    {"frechet", set.frechet},
                    {"novelty", set.novelty}});
  }
  return json;
}

Json ReportJson(const train::PriorReport& report) {
  Json json = {
      {"users", report.users},
      {"samples_per_user", report.samples},
      {"ratings", report.ratings},
      {"verifier",
       {{"held_out_auc", report.verifier_auc},
        {"ci95", {report.verifier_low, report.verifier_high}}}},
      {"likes_over_dislikes", {{"users", report.like_share}, {"sign_test_p", report.sign_p}}},
      {"permutation",
       {{"own", report.own_score},
        {"permuted", report.permuted_score},
        {"p", report.permutation_p}}},
      {"novelty",
       {{"least", report.least_novelty},
        {"quantile_5", report.low_novelty},
        {"real_items", report.real_novelty}}},
      {"sets", SetsJson(report.sets)},
      {"steps", SetsJson(report.steps)},
      {"groups", Json::array()}};
  for (const train::GroupQuality& group : report.groups) {
    json["groups"].push_back({{"name", group.name},
                              {"users", group.users},
                              {"like_probability", group.like_probability},
                              {"likes_over_dislikes", group.like_share}});
  }
  return json;
}

std::string SetsTable(const char* title, const std::vector<train::RowSetQuality>& sets) {
  std::vector<std::vector<std::string>> rows = {{title, "liked", "Frechet", "novelty"}};
  for (const train::RowSetQuality& set : sets) {
    rows.push_back({set.name, FixedText(set.like_probability, 4), FixedText(set.frechet, 4),
                    FixedText(set.novelty, 3)});
  }
  return AlignText(rows) + "\n";
}

std::string ReportText(const train::PriorReport& report) {
  std::string text = std::to_string(report.users) + " users, " + std::to_string(report.samples) +
                     " samples each; verifier trained on " + std::to_string(report.ratings) +
                     " ratings, held-out AUC " + FixedText(report.verifier_auc, 3) + " (" +
                     FixedText(report.verifier_low, 3) + " to " +
                     FixedText(report.verifier_high, 3) + ")\n";
  char line[320];
  std::snprintf(line, sizeof line,
                "likes are liked more than dislikes: %.1f %% of users, sign test p %.2g\n"
                "own samples, median logit %.3f, a stranger's %.3f: permutation p %.2g\n"
                "novelty: least %.3f, 5 %% below %.3f; a real item is %.3f from its nearest\n\n",
                100.0 * report.like_share, report.sign_p, report.own_score, report.permuted_score,
                report.permutation_p, report.least_novelty, report.low_novelty,
                report.real_novelty);
  text += line + SetsTable("rows", report.sets) + SetsTable("denoising", report.steps);
  std::vector<std::vector<std::string>> rows = {{"for whom", "users", "liked", "likes > dislikes"}};
  for (const train::GroupQuality& group : report.groups) {
    rows.push_back({group.name, std::to_string(group.users), FixedText(group.like_probability, 4),
                    FixedText(100.0 * group.like_share, 1) + " %"});
  }
  return text + AlignText(rows);
}

}  // namespace

Status ReportImagination(const ModelView& model, const std::string& data,
                         const SampleOptions& sample, size_t users, bool by_user, bool as_json) {
  TSUGI_ASSIGN_OR_RETURN(const Dataset dataset, Dataset::Open(data));
  train::PriorStudyOptions options;
  options.sample = sample;
  options.users = users;
  TrainingProgress progress;
  TSUGI_ASSIGN_OR_RETURN(const train::PriorReport report,
                         by_user ? train::StudyUserPrior(dataset, model, options, progress)
                                 : train::StudyPrior(dataset, model, options));
  progress.EndLine();
  Print(as_json ? ReportJson(report).dump(2) + "\n" : ReportText(report));
  return Status();
}

}  // namespace tsugi
