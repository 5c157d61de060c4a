#include "native/train/run.h"

#include <chrono>
#include <cstdlib>  // defines __GLIBC__
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

#include "native/files/folders.h"
#include "native/files/whole_file.h"
#include "native/model/model_file.h"
#include "native/report/text.h"
#include "native/train/stage.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace tsugi::train {
namespace {

using nlohmann::json;

/// Tells the C library to keep freed memory for the next step instead of returning it to the
/// system. A step allocates and frees the same tens of megabytes as the step before; with glibc's
/// defaults each of them is mapped, zeroed by the kernel and unmapped again. No effect with another
/// C library.
void KeepFreedMemory() {
#ifdef __GLIBC__
  // No tensor of a step is so large: all come from the heap, and none is mapped on its own.
  constexpr int kLargestKept = 1 << 30;
  mallopt(M_MMAP_THRESHOLD, kLargestKept);
  mallopt(M_TRIM_THRESHOLD, kLargestKept);
  mallopt(M_TOP_PAD, 64 << 20);  // the heap grows in few, large steps
  mallopt(M_ARENA_MAX, 1);       // workers share what is kept
#endif
}

json FiguresJson(const std::vector<Figure>& figures) {
  json object = json::object();
  for (const Figure& figure : figures) object[figure.name] = figure.value;
  return object;
}

json EpochRecord(const EpochProgress& p) {
  json record = {{"epoch", p.epoch},
                 {"loss", p.loss},
                 {"events_per_s", p.count_per_s},
                 {"seconds", p.seconds},
                 {"refit", p.what == "refit"},
                 {"best_ndcg@10", p.best},
                 {"best_epoch", p.best_epoch}};
  if (!p.valid.empty()) record["valid"] = FiguresJson(p.valid);
  return record;
}

/// log.jsonl: a line for each epoch of the recommender and for each later stage. The file is
/// replaced whole, and a run that goes on from before an epoch takes its line back: no line is
/// there twice.
class RunLog {
 public:
  explicit RunLog(std::filesystem::path path) : path_(std::move(path)) {}

  Status Clear() { return WriteText(path_, ""); }
  Status AddEpoch(const json& record) {
    return Add(record, [&record](const json& line) {
      return line.value("refit", json()) == record.at("refit") &&
             line.value("epoch", json()) >= record.at("epoch");
    });
  }
  Status AddStage(const std::string& name, json figures) {
    figures["stage"] = name;
    return Add(figures, [&name](const json& line) { return line.value("stage", json()) == name; });
  }

 private:
  Status Add(const json& record, const std::function<bool(const json&)>& is_repeated) {
    std::string text;
    std::istringstream lines(ReadFileText(path_));
    for (std::string line; std::getline(lines, line);) {
      const json held = json::parse(line, nullptr, /*allow_exceptions=*/false);
      if (held.is_object() && !is_repeated(held)) text += line + "\n";
    }
    return WriteText(path_, text + record.dump() + "\n");
  }

  const std::filesystem::path path_;
};

/// Writes the epochs of the recommender to the log, and tells another observer all.
class LoggingObserver : public Observer {
 public:
  LoggingObserver(RunLog& log, Observer& next) : log_(log), next_(next) {}
  bool should_stop() override { return next_.should_stop(); }
  void OnEpochs(const EpochProgress& progress) override {
    if (progress.is_epoch_end && (progress.what == "recommender" || progress.what == "refit")) {
      const Status written = log_.AddEpoch(EpochRecord(progress));
      if (!written.ok()) status_ = written;
    }
    next_.OnEpochs(progress);
  }
  void OnWork(std::string_view what, const char* unit, size_t done, size_t total) override {
    next_.OnWork(what, unit, done, total);
  }
  void OnNote(std::string_view line) override { next_.OnNote(line); }
  const Status& status() const { return status_; }

 private:
  RunLog& log_;
  Observer& next_;
  Status status_;
};

/// A run never overwrites another one, which would destroy hours of training. A resume never starts
/// afresh, which would repeat them unnoticed.
Status CheckFolder(const RunOptions& options) {
  const bool holds_run = HoldsRun(options.out);
  if (!options.resume && holds_run) {
    return InvalidArgument(options.out.string() +
                           ": already holds a training run. Try: --resume, or another --out");
  }
  if (options.resume && !holds_run) {
    return NotFound(options.out.string() +
                    ": there is no run to go on with. Try: leave out --resume");
  }
  return Status();
}

constexpr char kConfigFile[] = "config.toml";
constexpr char kLogFile[] = "log.jsonl";
constexpr char kMetricsFile[] = "metrics.json";

/// What a model file says of itself to whoever finds it: what it was trained on, for what, and how
/// well it did on what was held out for selection.
json ModelCard(const Dataset& dataset, const TrainConfig& config, const EpochProgress& progress) {
  uint64_t events = 0;
  for (const uint32_t end : dataset.train_end()) events += end;
  return {{"valid_ndcg@10", progress.best},
          {"epoch", progress.epoch},
          {"task", config.targets == TargetKind::kSet ? "a set of later items" : "the next item"},
          {"data",
           {{"protocol", dataset.protocol()},
            {"items", dataset.item_count()},
            {"sequences", dataset.sequence_count()},
            {"training_events", events},
            {"has_times", !dataset.times().empty()},
            {"has_titles", dataset.item_titles().size() > 0},
            {"repeat_share", dataset.repeat_share()}}}};
}

/// One call of RunTraining.
class Run {
 public:
  Run(const Dataset& dataset, const TrainConfig& config, const RunOptions& options,
      ProcessGroup& group, Observer& observer)
      : dataset_(dataset),
        config_(config),
        options_(options),
        group_(group),
        log_(options.out / kLogFile),
        observer_(log_, observer) {}

  Result<RunResult> Go() {
    TSUGI_RETURN_IF_ERROR(Check());
    FolderLock lock;  // until the run ends
    if (writes()) TSUGI_RETURN_IF_ERROR(Begin(lock));
    TSUGI_RETURN_IF_ERROR(FindModel());
    const auto start = std::chrono::steady_clock::now();
    bool is_finished = true;
    for (const Stage* stage : kStages) {
      if (!IsDue(*stage)) continue;
      TSUGI_ASSIGN_OR_RETURN(is_finished, RunStage(*stage));
      TSUGI_RETURN_IF_ERROR(observer_.status());
      if (!is_finished) break;
    }
    if (!options_.base.empty()) {
      metrics_["seconds"] =
          std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
    metrics_["interrupted"] = !is_finished;
    if (writes()) {
      TSUGI_RETURN_IF_ERROR(WriteText(options_.out / kMetricsFile, metrics_.dump(2) + "\n"));
    }
    return RunResult{!is_finished, metrics_["valid"]["ndcg@10"].get<double>(),
                     metrics_["best_epoch"].get<int64_t>(), metrics_["seconds"].get<double>()};
  }

 private:
  bool writes() const { return group_.rank() == 0; }

  /// Asks every wanted stage before the first one trains. A wrong key of the last stage would
  /// otherwise show up only after the recommender is finished.
  Status Check() const {
    bool has_later_stage = false;
    for (const Stage* stage : kStages) {
      if (!stage->is_wanted(config_)) continue;
      TSUGI_RETURN_IF_ERROR(stage->check(dataset_, config_));
      has_later_stage |= stage != kStages[0];
    }
    if (options_.base.empty() || has_later_stage) return Status();
    return InvalidArgument("--base: the config has no second stage. Try: --preset semantic");
  }

  Status Begin(FolderLock& lock) {
    std::error_code error;
    if (options_.resume && !std::filesystem::exists(options_.out, error)) {
      return CheckFolder(options_);  // makes nothing
    }
    std::filesystem::create_directories(options_.out, error);
    if (error) {
      return InvalidArgument(options_.out.string() + ": could not be made (" + error.message() +
                             "). Try: another --out");
    }
    // Looked at under the lock: another process may just have ended its run there.
    TSUGI_ASSIGN_OR_RETURN(lock, FolderLock::Take(options_.out));
    TSUGI_RETURN_IF_ERROR(CheckFolder(options_));
    for (const char* file : {kWeightsFile, kCheckpointFile, kConfigFile, kLogFile, kMetricsFile}) {
      SweepLeftovers(options_.out / file);
    }
    if (options_.resume) return Status();  // keeps what it has, also when it is refused
    TSUGI_RETURN_IF_ERROR(WriteText(options_.out / kConfigFile, ToToml(config_)));
    return log_.Clear();
  }

  /// Loads the model to go on from: that of the interrupted run, or else that of `base`.
  Status FindModel() {
    const auto own = options_.out / kWeightsFile;
    const bool is_resumed = options_.resume && std::filesystem::exists(own);
    if (!is_resumed && options_.base.empty()) return Status();
    TSUGI_ASSIGN_OR_RETURN(const Model loaded,
                           LoadModelFile(is_resumed ? own : options_.base / kWeightsFile));
    if (loaded.provenance().data_hash != dataset_.hash()) {
      return InvalidArgument((is_resumed ? options_.out : options_.base).string() +
                             ": was trained on other data (expected " +
                             std::string(dataset_.hash()) + "). Try: the data set of that run");
    }
    provenance_ = loaded.provenance();
    TSUGI_ASSIGN_OR_RETURN(model_, ModelData::Copy(loaded.view()));
    if (options_.base.empty()) return Status();
    metrics_["valid"]["ndcg@10"] = Card().value("valid_ndcg@10", 0.0);
    return is_resumed || !writes() ? Status() : Save();
  }

  /// Whether a stage runs in this process: several processes train the recommender together, the
  /// rest is for the first alone.
  bool IsDue(const Stage& stage) const {
    if (!stage.is_wanted(config_)) return false;
    if (&stage == kStages[0]) return options_.base.empty();
    return writes() && !(options_.resume && stage.is_in(model_.spec));
  }

  /// Saves after every stage: an interrupted run has the parts that are finished, and a resumed one
  /// goes on after them. The recommender saves by itself, whenever it improves.
  Result<bool> RunStage(const Stage& stage) {
    const TrainOptions options{options_.out, options_.seed, options_.resume,
                               [this](const ModelData&, const EpochProgress& progress) {
                                 DescribeRecommender(progress);
                                 return Save();
                               }};
    TSUGI_ASSIGN_OR_RETURN(const StageResult result,
                           stage.run({dataset_, config_, group_, options}, model_, observer_));
    if (&stage == kStages[0]) metrics_.update(result.figures);
    if (result.was_interrupted) return false;
    if (&stage == kStages[0]) return true;  // is saved already, when it was best
    json card = Card();
    card[stage.name] = result.figures;
    provenance_.metrics = card.dump();
    TSUGI_RETURN_IF_ERROR(log_.AddStage(stage.name, result.figures));
    TSUGI_RETURN_IF_ERROR(Save());
    return true;
  }

  /// Starts from an empty provenance, since the model is a new one: figures of later stages that an
  /// older file held would not belong to it.
  void DescribeRecommender(const EpochProgress& progress) {
    provenance_ = Provenance();
    provenance_.tsugi_version = TSUGI_VERSION;
    provenance_.data_hash = std::string(dataset_.hash());
    provenance_.config = ToToml(config_);
    provenance_.seed = options_.seed;
    provenance_.metrics = ModelCard(dataset_, config_, progress).dump();
    provenance_.created_s = std::chrono::duration_cast<std::chrono::seconds>(
                                std::chrono::system_clock::now().time_since_epoch())
                                .count();
  }

  /// What the model says of its training so far, an object.
  json Card() const {
    json card = json::parse(provenance_.metrics, nullptr, /*allow_exceptions=*/false);
    return card.is_object() ? card : json::object();
  }

  Status Save() const { return SaveModel(options_.out / kWeightsFile, model_.View(), provenance_); }

  const Dataset& dataset_;
  const TrainConfig& config_;
  const RunOptions& options_;
  ProcessGroup& group_;
  RunLog log_;
  LoggingObserver observer_;
  ModelData model_;  ///< as far as the stages have come
  Provenance provenance_;
  json metrics_ = {{"valid", {{"ndcg@10", 0.0}}}, {"best_epoch", 0}, {"seconds", 0.0}};
};

}  // namespace

bool HoldsRun(const std::filesystem::path& out) {
  std::error_code error;
  return std::filesystem::exists(out / kWeightsFile, error) ||
         std::filesystem::exists(out / kCheckpointFile, error);
}

Result<RunResult> RunTraining(const Dataset& dataset, const TrainConfig& config,
                              const RunOptions& options, Observer& observer) {
  KeepFreedMemory();
  TSUGI_ASSIGN_OR_RETURN(const auto group, ProcessGroup::Join());
  return Run(dataset, config, options, *group, observer).Go();
}

}  // namespace tsugi::train
