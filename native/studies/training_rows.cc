#include "native/studies/training_rows.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/model/tensor_table.h"
#include "native/eval/baselines.h"
#include "native/eval/engine_source.h"
#include "native/eval/evaluate_model.h"
#include "native/eval/evaluator.h"
#include "native/eval/intent/intent_accuracy.h"
#include "native/export/quantize_model.h"
#include "native/model/model_file.h"
#include "native/report/text.h"
#include "native/train/run.h"

namespace tsugi {
namespace {

constexpr uint32_t kTop[] = {10};
constexpr uint32_t kGeneratingBeam = 20;

/// Cases that are told apart, with a weight for each; without any if no case is of the group.
struct CaseGroup {
  std::string prefix;
  std::vector<double> weights;  ///< [cases]
};

/// Weights and not lists of cases: one ranking serves all groups, and a weight of 0 leaves a case
/// out. "even" divides by how often an item is a target, so every item weighs the same in all.
std::vector<CaseGroup> FindGroups(const EvaluationSet& set) {
  const Popularity popularity = CountPopularity(set);
  const std::vector<bool> is_cold = FindColdCases(set);
  std::vector<double> target_counts(set.item_count);
  for (const EvaluationCase& one : set.cases) target_counts[set.target(one)] += 1.0;
  CaseGroup all{"all/", {}}, rare{"rare/", {}}, even{"even/", {}}, warm{"warm/", {}},
      cold{"cold/", {}};
  for (size_t i = 0; i < set.cases.size(); ++i) {
    const uint32_t target = set.target(set.cases[i]);
    all.weights.push_back(1.0);
    rare.weights.push_back(popularity.positions[target] >= set.item_count / 2 ? 1.0 : 0.0);
    even.weights.push_back(1.0 / target_counts[target]);
    warm.weights.push_back(is_cold[i] ? 0.0 : 1.0);
    cold.weights.push_back(is_cold[i] ? 1.0 : 0.0);
  }
  const bool has_cold = std::find(is_cold.begin(), is_cold.end(), true) != is_cold.end();
  if (!has_cold) return {all, rare, even};
  return {all, rare, even, warm, cold};
}

/// What a study pays for with width: not the item table, the tower or the projection.
uint64_t CountBackbone(const ModelSpec& spec) {
  uint64_t count = 0;
  for (const TensorEntry& entry : BuildTensorTable(spec)) {
    const bool is_item_side = entry.name.starts_with(kItemSide) || entry.name.starts_with("tower.");
    if (!is_item_side) count += entry.shape.elements();
  }
  return count;
}

class RowTrainer {
 public:
  RowTrainer(Dataset dataset, const StudyRequest& request)
      : dataset_(std::move(dataset)),
        request_(request),
        set_(MakeEvaluationSet(dataset_, Split::kTest)),
        groups_(FindGroups(set_)) {}

  const Dataset& dataset() const { return dataset_; }

  /// The request's configuration with `settings` over it, resolved.
  Result<train::TrainConfig> Configure(const std::vector<std::string>& row_settings) const {
    std::vector<std::string> settings = request_.settings;
    settings.insert(settings.end(), row_settings.begin(), row_settings.end());
    TSUGI_ASSIGN_OR_RETURN(
        const train::TrainConfig config,
        train::MakeConfig(request_.preset, request_.config_text, request_.config_path, settings));
    return train::ResolveConfig(config, dataset_);
  }

  /// Rows with a second stage stand on one recommender a seed, which is trained once and copied:
  /// they differ by the second stage alone, and a study costs one recommender instead of one a row.
  Result<StudyValues> Run(const TrainingRow& row, const train::TrainConfig& config,
                          uint64_t seed) const {
    const auto out = Folder(row.folder.empty() ? row.name : row.folder, seed);
    std::filesystem::path base;
    if (row.is_second_stage) {
      base = Folder(kRecommenderRow, seed);
      TSUGI_ASSIGN_OR_RETURN(const train::TrainConfig first,
                             Configure({"semantic_ids.enabled=off"}));
      TSUGI_RETURN_IF_ERROR(TrainUnlessDone(kRecommenderRow, first, base, seed, {}));
    }
    TSUGI_RETURN_IF_ERROR(TrainUnlessDone(row.name, config, out, seed, base));
    return Measure(row, out / train::kWeightsFile);
  }

 private:
  std::filesystem::path Folder(const std::string& name, uint64_t seed) const {
    return request_.out / name / ("seed-" + std::to_string(seed));
  }

  /// With `base`: its second stage.
  Status TrainUnlessDone(const std::string& row, const train::TrainConfig& config,
                         const std::filesystem::path& out, uint64_t seed,
                         const std::filesystem::path& base) const {
    if (std::filesystem::exists(out / "metrics.json")) {
      // As text: a run writes every key, so equal texts mean equal configurations.
      if (ReadFileText(out / "config.toml") != train::ToToml(config)) {
        return InvalidArgument(out.string() +
                               ": holds a run of another configuration. Try: another --out");
      }
      const auto metrics =
          nlohmann::json::parse(ReadFileText(out / "metrics.json"), nullptr, false);
      if (metrics.is_object() && !metrics.value("interrupted", true)) return Status();
    }
    const std::string name = row + " seed " + std::to_string(seed);
    train::RunOptions options;
    options.out = out;
    options.seed = seed;
    options.base = base;
    options.resume = train::HoldsRun(out);
    const auto observer = request_.observe(name);
    TSUGI_ASSIGN_OR_RETURN(const train::RunResult result,
                           train::RunTraining(dataset_, config, options, *observer));
    if (!result.was_interrupted) return Status();
    return InvalidArgument(name + ": stopped and saved. Try: the same command with --resume");
  }

  /// Measures the int8 model, since that is the one that is shipped, through the engine that ships
  /// it. Generated lists end after ten places: there the target is a miss.
  Result<StudyValues> Measure(const TrainingRow& row, const std::filesystem::path& weights) const {
    TSUGI_ASSIGN_OR_RETURN(const Model f32, LoadModelFile(weights));
    if (f32.provenance().data_hash != dataset_.hash()) {
      return InvalidArgument(weights.string() + ": was trained on other data. Try: another --out");
    }
    TSUGI_ASSIGN_OR_RETURN(const ModelData int8, Quantize(f32.view(), WeightFormat::kInt8));
    RankOptions options;
    options.filter_seen = f32.view().spec.filter_seen;
    const ModelView view = int8.View();
    const bool is_table = row.ranking == RecommendOptions::Ranking::kTable;
    const auto source =
        is_table
            ? MakeEngineSource(view)
            : MakeListSource(view, {.k = kTop[0], .ranking = row.ranking, .beam = kGeneratingBeam});
    TSUGI_ASSIGN_OR_RETURN(const auto ranks, RankCases(set_, *source, options));
    StudyValues values;
    const auto metrics = BuildMetrics(kTop, false);
    std::vector<std::string> names;
    for (const Metric& metric : metrics) names.push_back(metric.name);
    for (const CaseGroup& group : groups_) {
      AddValues(group.prefix, names, SumByUser(metrics, set_.cases, ranks, group.weights), values);
    }
    const auto backbone = static_cast<double>(CountBackbone(f32.view().spec));
    values.push_back({"backbone_parameters", backbone});
    if (!row.measures_intents) return values;
    TSUGI_ASSIGN_OR_RETURN(const auto intents, MeasureIntents(f32.view(), dataset_, Split::kTest));
    for (const IntentAccuracy& intent : intents) {
      const std::string line = "intent of the next event/" + intent.family + "/";
      values.push_back({line + "labels", static_cast<double>(intent.labels)});
      values.push_back({line + "cases", static_cast<double>(intent.cases)});
      values.push_back({line + "accuracy", intent.model});
      values.push_back({line + "majority", intent.majority});
      values.push_back({line + "markov", intent.markov});
      values.push_back({line + "last_item", intent.last_item});
    }
    return values;
  }

  const Dataset dataset_;
  const StudyRequest& request_;
  const EvaluationSet set_;  // borrows from dataset_
  const std::vector<CaseGroup> groups_;
};

/// Seeds are the outer loop: an interrupted study then has whole comparisons for the first seeds
/// and not all seeds of the first rows.
Result<std::vector<StudyTask>> Plan(const StudyRequest& request, const TrainingRows& list_rows) {
  if (request.out.empty()) {
    return InvalidArgument(
        "--out: the folder for the runs that are trained is missing. Try: --out study");
  }
  TSUGI_ASSIGN_OR_RETURN(Dataset dataset, OpenData(request));
  const auto trainer = std::make_shared<const RowTrainer>(std::move(dataset), request);
  TSUGI_ASSIGN_OR_RETURN(const train::TrainConfig base, trainer->Configure({}));
  TSUGI_ASSIGN_OR_RETURN(const auto rows, list_rows(request, base, trainer->dataset()));
  std::vector<StudyTask> tasks;
  for (const uint64_t seed : SeedsOf(request, 3)) {
    for (const TrainingRow& row : rows) {
      const auto config = trainer->Configure(row.settings);
      // A row that nobody asked for may be impossible here; one that is asked for says why.
      if (!config.ok() && !IsAsked(request, row.name)) continue;
      TSUGI_RETURN_IF_ERROR(config.status());
      const auto run = [trainer, row, config = *config, seed] {
        return trainer->Run(row, config, seed);
      };
      tasks.push_back({row.name, row.about, seed, std::string(trainer->dataset().hash()),
                       HashOf(train::ToToml(*config)), "", run});
    }
  }
  return tasks;
}

}  // namespace

Study TrainingStudy(std::string_view name, std::string_view about, std::vector<StudyPair> pairs,
                    TrainingRows rows) {
  return {name,
          about,
          {.title = "test split, int8, 95 % over users",
           .columns = {{"recall@10", "all/recall@10"},
                       {"ndcg@10", "all/ndcg@10"},
                       {"rare: ndcg@10", "rare/ndcg@10"},
                       {"even: ndcg@10", "even/ndcg@10"},
                       {"warm: ndcg@10", "warm/ndcg@10"},
                       {"cold: recall@10", "cold/recall@10"}},
           .pairs = std::move(pairs)},
          [rows = std::move(rows)](const StudyRequest& request) { return Plan(request, rows); }};
}

}  // namespace tsugi
