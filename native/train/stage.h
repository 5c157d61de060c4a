#ifndef TSUGI_NATIVE_TRAIN_STAGE_H_
#define TSUGI_NATIVE_TRAIN_STAGE_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/base/status.h"
#include "native/model/model_file.h"
#include "native/train/observer.h"
#include "native/train/parallel.h"
#include "native/train/train_config.h"

namespace tsugi::train {

struct TrainOptions {
  std::filesystem::path run_directory;  ///< holds the checkpoint; must exist
  uint64_t seed = 1;
  bool resume = false;  ///< go on from the checkpoint in run_directory
  /// Called with the best model so far before the stage is over: by the recommender, whenever
  /// validation improves, and at the end of a refit.
  std::function<Status(const ModelData& model, const EpochProgress&)> save_model = {};
};

/// What every stage of a run reads. Borrows.
struct StageContext {
  const Dataset& dataset;
  const TrainConfig& config;  ///< resolved
  ProcessGroup& group;        ///< only the recommender makes use of it
  const TrainOptions& options;
};

struct StageResult {
  bool was_interrupted = false;
  nlohmann::json figures;  ///< an object: what the run's files say of the stage
};

/// One step of a training run. Stages run one after another in this process's memory: each is given
/// the model that those before it made and adds tensors, names and spec fields to it.
struct Stage {
  const char* name;  ///< also the key of its figures in the model's provenance
  /// Whether a configuration asks for it.
  bool (*is_wanted)(const TrainConfig& config);
  /// Whether a model has what the stage adds: a resumed run then goes on after it.
  bool (*is_in)(const ModelSpec& spec);
  /// Refuses, before any training, what would fail after it.
  Status (*check)(const Dataset& dataset, const TrainConfig& config);
  /// Trains. `model` is f32, and changed only when the stage is finished (the recommender: whenever
  /// it improves). If the observer stops it, the result says so.
  Result<StageResult> (*run)(const StageContext& context, ModelData& model, Observer& observer);
};

extern const Stage kRecommenderStage;  ///< trainer.cc
extern const Stage kWordVectorsStage;  ///< stages/word_vectors
extern const Stage kImagineStage;      ///< stages/imagine
extern const Stage kSemanticIdsStage;  ///< stages/semantic_ids

/// All stages, in the order in which they run; the first makes the model. A new one is added here.
inline const Stage* const kStages[] = {&kRecommenderStage, &kWordVectorsStage, &kImagineStage,
                                       &kSemanticIdsStage};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGE_H_
