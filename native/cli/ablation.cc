#include "native/cli/ablation.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "native/cli/ablation_rows.h"
#include "native/cli/command.h"
#include "native/cli/progress.h"
#include "native/cli/text_file.h"
#include "native/eval/engine_source.h"
#include "native/eval/evaluator.h"
#include "native/eval/intent_accuracy.h"
#include "native/export/model_file.h"
#include "native/export/quantize_model.h"
#include "native/report/text_table.h"
#include "native/train/run_files.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint32_t kTop[] = {10};

/// What one row reached: sums over users, averaged over seeds, and each seed's means.
struct RowResult {
  UserSums users;
  std::vector<std::vector<double>> seed_means;  // [seeds][metrics]
};

std::vector<double> MeansOf(const UserSums& users) {
  std::vector<double> means(users.metric_count);
  double cases = 0.0;
  for (size_t u = 0; u < users.case_counts.size(); ++u) {
    cases += users.case_counts[u];
    for (size_t m = 0; m < means.size(); ++m) means[m] += users.sums[u * means.size() + m];
  }
  for (double& mean : means) mean /= std::max(cases, 1.0);
  return means;
}

/// Trains, measures and compares; one call of Run.
class IntentAblationRun {
 public:
  IntentAblationRun(const Dataset& dataset, const AblationRequest& request)
      : dataset_(dataset), request_(request), metrics_(BuildMetrics(kTop, false)) {}

  Status Run() {
    TSUGI_ASSIGN_OR_RETURN(const train::TrainConfig base, Configure({}));
    if (base.intents == "none") {
      return InvalidArgument(
          "--ablate intent: the configuration has no intents. Try: --preset intent");
    }
    TSUGI_ASSIGN_OR_RETURN(const IntentLabels labels, IntentLabels::Build(dataset_, base.intents));
    plan_ = IntentAblation(base, labels);
    for (const AblationRow& row : plan_.rows) {
      TSUGI_ASSIGN_OR_RETURN(results_.emplace_back(), RunRow(row));
    }
    TSUGI_RETURN_IF_ERROR(WriteText(request_.out / "ablation.json", ResultJson().dump(2) + "\n"));
    Print(ResultTable());
    return Status();
  }

 private:
  Result<train::TrainConfig> Configure(const std::vector<std::string>& row_settings) const {
    std::vector<std::string> settings = request_.settings;
    settings.insert(settings.end(), row_settings.begin(), row_settings.end());
    TSUGI_ASSIGN_OR_RETURN(
        train::TrainConfig config,
        train::MakeConfig(request_.preset, request_.config_text, request_.config_path, settings));
    return train::ResolveConfig(config, dataset_);
  }

  Result<RowResult> RunRow(const AblationRow& row) {
    TSUGI_ASSIGN_OR_RETURN(const train::TrainConfig config, Configure(row.settings));
    RowResult result;
    for (uint32_t i = 0; i < request_.seeds; ++i) {
      const uint64_t seed = request_.first_seed + i;
      const auto out = request_.out / row.name / ("seed-" + std::to_string(seed));
      TSUGI_RETURN_IF_ERROR(
          TrainUnlessDone(row.name + " seed " + std::to_string(seed), config, out, seed));
      const bool is_whole = &row == &plan_.rows[plan_.whole] && i == 0;
      TSUGI_ASSIGN_OR_RETURN(const UserSums users, Measure(out / "weights.tsugi", is_whole));
      result.seed_means.push_back(MeansOf(users));
      if (i == 0) {
        result.users = users;
      } else {
        for (size_t k = 0; k < users.sums.size(); ++k) result.users.sums[k] += users.sums[k];
      }
    }
    for (double& sum : result.users.sums) sum /= request_.seeds;
    return result;
  }

  Status TrainUnlessDone(const std::string& name, const train::TrainConfig& config,
                         const std::filesystem::path& out, uint64_t seed) {
    if (std::filesystem::exists(out / "metrics.json")) {
      if (ReadFileText(out / "config.toml") != train::ToToml(config)) {
        return InvalidArgument(out.string() +
                               ": holds a run of another configuration. Try: another --out");
      }
      const auto metrics = Json::parse(ReadFileText(out / "metrics.json"), nullptr, false);
      if (metrics.is_object() && !metrics.value("interrupted", true)) return Status();
    }
    TrainingRunOptions options;
    options.out = out;
    options.seed = seed;
    options.resume = std::filesystem::exists(out / train::kCheckpointFile);
    options.should_stop = request_.should_stop;
    options.on_progress = [&](const train::TrainProgress& p) {
      if (request_.on_progress) request_.on_progress(name, p);
    };
    TSUGI_ASSIGN_OR_RETURN(const train::TrainResult result, RunTraining(dataset_, config, options));
    if (!result.was_interrupted) return Status();
    return InvalidArgument(name + ": stopped and saved. Try: the same command again, it goes on");
  }

  /// Per-user metrics of the run's int8 model; of the whole model also its intents.
  Result<UserSums> Measure(const std::filesystem::path& weights, bool is_whole) {
    TSUGI_ASSIGN_OR_RETURN(const Model f32, LoadModelFile(weights));
    if (f32.provenance().data_hash != dataset_.hash()) {
      return InvalidArgument(weights.string() + ": was trained on other data. Try: another --out");
    }
    TSUGI_ASSIGN_OR_RETURN(const ModelData int8, Quantize(f32.view(), DType::kI8));
    const EvaluationSet set = MakeEvaluationSet(dataset_, Split::kTest);
    RankOptions options;
    options.filter_seen = f32.view().spec.filter_seen;
    TSUGI_ASSIGN_OR_RETURN(const auto ranks,
                           RankCases(set, *MakeEngineSource(int8.View()), options));
    if (is_whole) {
      TSUGI_ASSIGN_OR_RETURN(intents_, MeasureIntents(int8.View(), dataset_, Split::kTest));
    }
    return SumByUser(metrics_, set.cases, ranks);
  }

  Json RowJson(size_t r) const {
    const RowResult& result = results_[r];
    const auto means = MeansOf(result.users);
    const auto intervals = BootstrapIntervals(result.users, {});
    Json json = {{"name", plan_.rows[r].name}, {"about", plan_.rows[r].about}};
    for (size_t m = 0; m < metrics_.size(); ++m) {
      Json seeds = Json::array();
      for (const auto& seed : result.seed_means) seeds.push_back(seed[m]);
      json[metrics_[m].name] = {
          {"mean", means[m]}, {"ci95", {intervals[m].low, intervals[m].high}}, {"seeds", seeds}};
    }
    return json;
  }

  Json PairJson(const AblationPair& pair) const {
    const UserSums difference = Subtract(results_[pair.row].users, results_[pair.base].users);
    const auto means = MeansOf(difference);
    const auto intervals = BootstrapIntervals(difference, {});
    Json json = {{"name", pair.name}, {"about", pair.about}};
    for (size_t m = 0; m < metrics_.size(); ++m) {
      json[metrics_[m].name] = {{"difference", means[m]},
                                {"ci95", {intervals[m].low, intervals[m].high}}};
    }
    return json;
  }

  Json ResultJson() const {
    Json json = {{"split", "test"},         {"weights", "int8"},
                 {"seeds", request_.seeds}, {"data_hash", dataset_.hash()},
                 {"rows", Json::array()},   {"pairs", Json::array()},
                 {"intents", Json::array()}};
    for (size_t r = 0; r < results_.size(); ++r) json["rows"].push_back(RowJson(r));
    for (const AblationPair& pair : plan_.pairs) json["pairs"].push_back(PairJson(pair));
    for (const IntentAccuracy& intent : intents_) {
      json["intents"].push_back({{"family", intent.family},
                                 {"labels", intent.labels},
                                 {"cases", intent.cases},
                                 {"accuracy", intent.model},
                                 {"majority", intent.majority},
                                 {"markov", intent.markov},
                                 {"last_item", intent.last_item}});
    }
    return json;
  }

  std::string ResultTable() const {
    const Json json = ResultJson();
    std::vector<std::vector<std::string>> rows(
        1, {"test split, int8, " + std::to_string(request_.seeds) + " seeds", "recall@10",
            "ndcg@10", "95 % of ndcg@10"});
    const auto add = [&rows](const Json& row, const char* value) {
      const Json& ndcg = row["ndcg@10"];
      rows.push_back({row["name"].get<std::string>() + "  " + row["about"].get<std::string>(),
                      FixedText(row["recall@10"][value].get<double>(), 4),
                      FixedText(ndcg[value].get<double>(), 4),
                      FixedText(ndcg["ci95"][0].get<double>(), 4) + " to " +
                          FixedText(ndcg["ci95"][1].get<double>(), 4)});
    };
    for (const Json& row : json["rows"]) add(row, "mean");
    for (const Json& pair : json["pairs"]) add(pair, "difference");
    std::string text = AlignText(rows);
    rows.assign(1, {"intent of the next event, V3", "model", "majority", "markov", "last item"});
    for (const IntentAccuracy& intent : intents_) {
      rows.push_back({intent.family + " (" + std::to_string(intent.labels) + ")",
                      FixedText(intent.model, 4), FixedText(intent.majority, 4),
                      FixedText(intent.markov, 4), FixedText(intent.last_item, 4)});
    }
    return text + "\n" + AlignText(rows);
  }

  const Dataset& dataset_;
  const AblationRequest& request_;
  const std::vector<Metric> metrics_;
  AblationPlan plan_;
  std::vector<RowResult> results_;  // parallel to plan_.rows
  std::vector<IntentAccuracy> intents_;
};

}  // namespace

Status RunIntentAblation(const Dataset& dataset, const AblationRequest& request) {
  return IntentAblationRun(dataset, request).Run();
}

}  // namespace tsugi
