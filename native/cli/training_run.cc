#include "native/cli/training_run.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "native/cli/text_file.h"
#include "native/export/model_file.h"
#include "native/train/allocator.h"
#include "native/train/imagine/imagination.h"
#include "native/train/run_files.h"

namespace tsugi {
namespace {

using nlohmann::json;

constexpr char kWeightsFile[] = "weights.tsugi";

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
  const bool holds_run = std::filesystem::exists(options.out / kWeightsFile, error) ||
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
          {"task", config.targets == "set" ? "a set of later items" : "the next item"},
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

/// The second stage of a run that is to imagine: writes the model again, with the parts for it.
/// Returns whether it is there: an interruption leaves the first stage's model.
Result<bool> AddImagination(const Dataset& dataset, const train::TrainConfig& config,
                            const TrainingRunOptions& options) {
  const auto path = options.out / kWeightsFile;
  TSUGI_ASSIGN_OR_RETURN(const Model model, LoadModelFile(path));
  if (model.view().spec.imagine_width > 0) return true;  // resumed behind its end
  TSUGI_ASSIGN_OR_RETURN(const train::ImaginationResult result,
                         train::TrainImagination(dataset, model.view(), config, options.seed,
                                                 options.on_prior, options.should_stop));
  if (options.should_stop && options.should_stop()) return false;
  Provenance provenance = model.provenance();
  json card = json::parse(provenance.metrics, nullptr, /*allow_exceptions=*/false);
  if (!card.is_object()) card = json::object();
  card["imagine"] = {{"valid_loss", result.prior_loss},
                     {"step", result.prior_step},
                     {"ratings", result.ratings},
                     {"likes", result.likes},
                     {"attribute_auc", result.decoder.attribute_auc},
                     {"title_word_accuracy", result.decoder.word_accuracy},
                     {"title_word_accuracy_of_frequent_followers", result.decoder.common_accuracy}};
  provenance.metrics = card.dump();
  TSUGI_RETURN_IF_ERROR(
      WriteText(options.out / "log.jsonl", card["imagine"].dump() + "\n", /*append=*/true));
  TSUGI_RETURN_IF_ERROR(SaveModel(path, result.model->view(), provenance));
  return true;
}

}  // namespace

Result<train::TrainResult> RunTraining(const Dataset& dataset, const train::TrainConfig& config,
                                       const TrainingRunOptions& options) {
  train::KeepFreedMemory();
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
    return SaveModel(options.out / kWeightsFile, view,
                     MakeProvenance(dataset, config, options.seed, progress));
  };
  TSUGI_ASSIGN_OR_RETURN(train::TrainResult result,
                         train::Train(dataset, config, *group, train_options));
  TSUGI_RETURN_IF_ERROR(log_status);
  if (writes && config.imagine == "on" && !result.was_interrupted) {
    TSUGI_ASSIGN_OR_RETURN(const bool is_there, AddImagination(dataset, config, options));
    result.was_interrupted = !is_there;
  }
  if (writes) TSUGI_RETURN_IF_ERROR(WriteMetrics(options.out / "metrics.json", result));
  return result;
}

}  // namespace tsugi
