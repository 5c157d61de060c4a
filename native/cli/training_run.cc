#include "native/cli/training_run.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "native/cli/second_stage.h"
#include "native/model/model_file.h"
#include "native/report/text_file.h"
#include "native/train/allocator.h"
#include "native/train/run_files.h"

namespace tsugi {
namespace {

using nlohmann::json;

json EpochRecord(const train::TrainProgress& p) {
  json record = {
      {"epoch", p.epoch},          {"loss", p.loss},      {"events_per_s", p.events_per_s},
      {"seconds", p.seconds},      {"refit", p.is_refit}, {"best_ndcg@10", p.best_ndcg},
      {"best_epoch", p.best_epoch}};
  if (p.valid) {
    record["valid"] = {{"recall@10", p.valid->recall_at_10},
                       {"ndcg@10", p.valid->ndcg_at_10},
                       {"mrr@20", p.valid->mrr_at_20}};
  }
  return record;
}

Status PrepareDirectory(const TrainingRunOptions& options) {
  std::error_code error;
  const bool holds_run = std::filesystem::exists(options.out / train::kWeightsFile, error) ||
                         std::filesystem::exists(options.out / train::kCheckpointFile, error);
  if (!options.resume && holds_run) {
    return InvalidArgument(options.out.string() +
                           ": already holds a training run. Try: --resume, or another --out");
  }
  std::filesystem::create_directories(options.out, error);
  if (!error) return Status();
  return InvalidArgument(options.out.string() + ": could not be made (" + error.message() +
                         "). Try: another --out");
}

/// What a model file says of itself to whoever finds it: what it was trained on, for what, and how
/// well it did on what was held out for selection.
json ModelCard(const Dataset& dataset, const train::TrainConfig& config,
               const train::TrainProgress& progress) {
  uint64_t events = 0;
  for (const uint32_t end : dataset.train_end()) events += end;
  return {{"valid_ndcg@10", progress.best_ndcg},
          {"epoch", progress.epoch},
          {"task",
           config.targets == train::TargetKind::kSet ? "a set of later items" : "the next item"},
          {"data",
           {{"protocol", dataset.protocol()},
            {"items", dataset.item_count()},
            {"sequences", dataset.sequence_count()},
            {"training_events", events},
            {"has_times", !dataset.times().empty()},
            {"has_titles", dataset.item_titles().size() > 0},
            {"repeat_share", dataset.repeat_share()}}}};
}

Provenance MakeProvenance(const Dataset& dataset, const train::TrainConfig& config, uint64_t seed,
                          const train::TrainProgress& progress) {
  Provenance provenance;
  provenance.tsugi_version = TSUGI_VERSION;
  provenance.data_hash = std::string(dataset.hash());
  provenance.config = train::ToToml(config);
  provenance.seed = seed;
  provenance.metrics = ModelCard(dataset, config, progress).dump();
  provenance.created_s = std::chrono::duration_cast<std::chrono::seconds>(
                             std::chrono::system_clock::now().time_since_epoch())
                             .count();
  return provenance;
}

Status WriteMetrics(const std::filesystem::path& path, const train::TrainResult& result) {
  const json metrics = {{"valid",
                         {{"recall@10", result.best.recall_at_10},
                          {"ndcg@10", result.best.ndcg_at_10},
                          {"mrr@20", result.best.mrr_at_20}}},
                        {"best_epoch", result.best_epoch},
                        {"seconds", result.seconds},
                        {"interrupted", result.was_interrupted}};
  return WriteText(path, metrics.dump(2) + "\n");
}

/// A run whose recommender is another run's: the second stage alone.
Result<train::TrainResult> RunBehind(const Dataset& dataset, const train::TrainConfig& config,
                                     const TrainingRunOptions& options) {
  if (!config.semantic_ids.enabled && !config.imagine.enabled) {
    return InvalidArgument("--base: the config has no second stage. Try: --preset semantic");
  }
  TSUGI_RETURN_IF_ERROR(PrepareDirectory(options));
  TSUGI_ASSIGN_OR_RETURN(const Model base, LoadModelFile(options.base / train::kWeightsFile));
  if (base.provenance().data_hash != dataset.hash()) {
    return InvalidArgument(options.base.string() + ": was trained on other data (expected " +
                           std::string(dataset.hash()) + "). Try: the data set of that run");
  }
  TSUGI_RETURN_IF_ERROR(WriteText(options.out / "config.toml", train::ToToml(config)));
  TSUGI_RETURN_IF_ERROR(WriteText(options.out / "log.jsonl", ""));
  TSUGI_RETURN_IF_ERROR(
      SaveModel(options.out / train::kWeightsFile, base.view(), base.provenance()));
  const auto start = std::chrono::steady_clock::now();
  TSUGI_ASSIGN_OR_RETURN(const bool is_there, RunSecondStage(dataset, config, options));
  train::TrainResult result{};
  result.was_interrupted = !is_there;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const json card = json::parse(base.provenance().metrics, nullptr, false);
  if (card.is_object()) result.best.ndcg_at_10 = card.value("valid_ndcg@10", 0.0);
  TSUGI_RETURN_IF_ERROR(WriteMetrics(options.out / "metrics.json", result));
  return result;
}

}  // namespace

Result<train::TrainResult> RunTraining(const Dataset& dataset, const train::TrainConfig& config,
                                       const TrainingRunOptions& options) {
  train::KeepFreedMemory();
  if (!options.base.empty()) return RunBehind(dataset, config, options);
  TSUGI_ASSIGN_OR_RETURN(const auto group, train::ProcessGroup::Join());
  const bool writes = group->rank() == 0;
  if (writes) {
    TSUGI_RETURN_IF_ERROR(PrepareDirectory(options));
    if (!options.resume) {  // a resumed run keeps what it has, also when it is refused
      TSUGI_RETURN_IF_ERROR(WriteText(options.out / "config.toml", train::ToToml(config)));
      TSUGI_RETURN_IF_ERROR(WriteText(options.out / "log.jsonl", ""));
    }
  }
  Status log_status;
  train::TrainOptions train_options;
  train_options.run_directory = options.out;
  train_options.seed = options.seed;
  train_options.resume = options.resume;
  train_options.should_stop = options.should_stop;
  train_options.on_progress = [&](const train::TrainProgress& progress) {
    if (progress.is_epoch_end && (progress.valid || progress.is_refit)) {
      const Status written = WriteText(options.out / "log.jsonl",
                                       EpochRecord(progress).dump() + "\n", /*append=*/true);
      if (!written.ok()) log_status = written;
    }
    if (options.on_progress) options.on_progress(progress);
  };
  train_options.save_model = [&](const ModelView& view, const train::TrainProgress& progress) {
    return SaveModel(options.out / train::kWeightsFile, view,
                     MakeProvenance(dataset, config, options.seed, progress));
  };
  TSUGI_ASSIGN_OR_RETURN(train::TrainResult result,
                         train::Train(dataset, config, *group, train_options));
  TSUGI_RETURN_IF_ERROR(log_status);
  if (writes && !result.was_interrupted) {
    TSUGI_ASSIGN_OR_RETURN(const bool is_there, RunSecondStage(dataset, config, options));
    result.was_interrupted = !is_there;
  }
  if (writes) TSUGI_RETURN_IF_ERROR(WriteMetrics(options.out / "metrics.json", result));
  return result;
}

}  // namespace tsugi
