#include "native/cli/study_runner.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/model/tensor_table.h"
#include "native/eval/engine_source.h"
#include "native/eval/evaluate_model.h"
#include "native/eval/evaluator.h"
#include "native/eval/popularity.h"
#include "native/export/quantize_model.h"
#include "native/model/model_file.h"
#include "native/report/text_file.h"
#include "native/train/run_files.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint32_t kTop[] = {10};
constexpr uint32_t kBeam = 20;

/// [cases] one over the number of cases with the same target.
std::vector<double> WeighTargetsEvenly(const EvaluationSet& set) {
  std::vector<double> counts(set.item_count);
  for (const EvaluationCase& one : set.cases) counts[set.target(one)] += 1.0;
  std::vector<double> weights;
  for (const EvaluationCase& one : set.cases) weights.push_back(1.0 / counts[set.target(one)]);
  return weights;
}

/// [cases] whether the target is of the less frequent half of the items.
std::vector<bool> FindRareCases(const EvaluationSet& set) {
  const Popularity popularity = CountPopularity(set);
  std::vector<bool> is_rare;
  for (const EvaluationCase& one : set.cases) {
    is_rare.push_back(popularity.positions[set.target(one)] >= popularity.positions.size() / 2);
  }
  return is_rare;
}

uint64_t CountBackbone(const ModelSpec& spec) {
  uint64_t count = 0;
  for (const TensorEntry& entry : BuildTensorTable(spec)) {
    const bool is_item_side = entry.name.starts_with(kItemSide) || entry.name.starts_with("tower.");
    if (!is_item_side) count += entry.shape.elements();
  }
  return count;
}

}  // namespace

StudyRunner::StudyRunner(const Dataset& dataset, const StudyRequest& request)
    : dataset_(dataset),
      request_(request),
      metrics_(BuildMetrics(kTop, false)),
      set_(MakeEvaluationSet(dataset, Split::kTest)),
      is_cold_(FindColdCases(set_)),
      is_rare_(FindRareCases(set_)),
      has_cold_cases_(std::find(is_cold_.begin(), is_cold_.end(), true) != is_cold_.end()) {}

Result<train::TrainConfig> StudyRunner::Configure(
    const std::vector<std::string>& row_settings) const {
  std::vector<std::string> settings = request_.settings;
  settings.insert(settings.end(), row_settings.begin(), row_settings.end());
  TSUGI_ASSIGN_OR_RETURN(
      train::TrainConfig config,
      train::MakeConfig(request_.preset, request_.config_text, request_.config_path, settings));
  return train::ResolveConfig(config, dataset_);
}

std::filesystem::path StudyRunner::RunFolder(const std::string& folder, uint64_t seed) const {
  return request_.out / folder / ("seed-" + std::to_string(seed));
}

std::filesystem::path StudyRunner::FirstWeights(const AblationRow& row) const {
  return RunFolder(row, request_.first_seed) / train::kWeightsFile;
}

Result<RowResult> StudyRunner::Run(const AblationRow& row) const {
  TSUGI_ASSIGN_OR_RETURN(const train::TrainConfig config, Configure(row.settings));
  RowResult result;
  result.seed_means.resize(kCaseGroups);
  for (uint32_t i = 0; i < request_.seeds; ++i) {
    const uint64_t seed = request_.first_seed + i;
    const std::string name = " seed " + std::to_string(seed);
    const auto out = RunFolder(row, seed);
    std::filesystem::path base;
    if (row.is_second_stage) {
      base = RunFolder(kRecommenderRow, seed);
      TSUGI_ASSIGN_OR_RETURN(const train::TrainConfig first, Configure({"semantic=off"}));
      TSUGI_RETURN_IF_ERROR(TrainUnlessDone(kRecommenderRow + name, first, base, seed, {}));
    }
    TSUGI_RETURN_IF_ERROR(TrainUnlessDone(row.name + name, config, out, seed, base));
    TSUGI_RETURN_IF_ERROR(Measure(out / train::kWeightsFile, row.ranking, result));
  }
  for (UserSums& users : result.groups) {
    for (double& sum : users.sums) sum /= request_.seeds;
  }
  return result;
}

Status StudyRunner::TrainUnlessDone(const std::string& name, const train::TrainConfig& config,
                                    const std::filesystem::path& out, uint64_t seed,
                                    const std::filesystem::path& base) const {
  if (std::filesystem::exists(out / "metrics.json")) {
    if (ReadFileText(out / "config.toml") != train::ToToml(config)) {
      return InvalidArgument(out.string() +
                             ": holds a run of another configuration. Try: another --out");
    }
    const auto metrics = Json::parse(ReadFileText(out / "metrics.json"), nullptr, false);
    if (metrics.is_object() && !metrics.value("interrupted", true)) return Status();
  }
  train::RunOptions options;
  options.out = out;
  options.seed = seed;
  options.base = base;
  options.resume =
      std::filesystem::exists(out / (base.empty() ? train::kCheckpointFile : train::kWeightsFile));
  train::Observer silent;
  train::Observer& observer = request_.observe ? request_.observe(name) : silent;
  TSUGI_ASSIGN_OR_RETURN(const train::RunResult result,
                         train::RunTraining(dataset_, config, options, observer));
  if (!result.was_interrupted) return Status();
  return InvalidArgument(name + ": stopped and saved. Try: the same command again, it goes on");
}

std::vector<double> StudyRunner::WeightsOf(CaseGroup group) const {
  if (group == CaseGroup::kAll) return std::vector<double>(set_.cases.size(), 1.0);
  if (group == CaseGroup::kEven) return WeighTargetsEvenly(set_);
  const std::vector<bool>& members = group == CaseGroup::kRare ? is_rare_ : is_cold_;
  std::vector<double> weights(members.begin(), members.end());
  if (group == CaseGroup::kWarm) {
    for (double& weight : weights) weight = 1.0 - weight;
  }
  return weights;
}

// Adds the per-user metrics of the run's int8 model.
Status StudyRunner::Measure(const std::filesystem::path& weights, RecommendOptions::Ranking ranking,
                            RowResult& result) const {
  TSUGI_ASSIGN_OR_RETURN(const Model f32, LoadModelFile(weights));
  if (f32.provenance().data_hash != dataset_.hash()) {
    return InvalidArgument(weights.string() + ": was trained on other data. Try: another --out");
  }
  TSUGI_ASSIGN_OR_RETURN(const ModelData int8, Quantize(f32.view(), WeightFormat::kInt8));
  RankOptions options;
  options.filter_seen = f32.view().spec.filter_seen;
  const ModelView view = int8.View();
  const bool is_table = ranking == RecommendOptions::Ranking::kTable;
  const auto source =
      is_table ? MakeEngineSource(view) : MakeListSource(view, ranking, kBeam, kTop[0]);
  TSUGI_ASSIGN_OR_RETURN(const auto ranks, RankCases(set_, *source, options));
  result.spec = f32.view().spec;
  result.backbone_parameters = CountBackbone(result.spec);
  for (size_t g = 0; g < kCaseGroups; ++g) {
    const std::vector<double> case_weights = WeightsOf(static_cast<CaseGroup>(g));
    const UserSums users = SumByUser(metrics_, set_.cases, ranks, case_weights);
    result.seed_means[g].push_back(MeansOf(users));
    if (result.groups.size() <= g) {
      result.groups.push_back(users);
      continue;
    }
    for (size_t k = 0; k < users.sums.size(); ++k) result.groups[g].sums[k] += users.sums[k];
  }
  return Status();
}

}  // namespace tsugi
