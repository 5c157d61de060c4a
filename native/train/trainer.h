#ifndef TSUGI_NATIVE_TRAIN_TRAINER_H_
#define TSUGI_NATIVE_TRAIN_TRAINER_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "native/train/distributed.h"
#include "native/train/train_config.h"
#include "native/train/validation.h"

namespace tsugi::train {

/// Where a run stands; given to the observer after every step.
struct TrainProgress {
  int64_t epoch = 0;  ///< 1-based
  int64_t step = 0;   ///< within the epoch, 1-based
  int64_t steps_per_epoch = 0;
  int64_t events_done = 0;  ///< predicted events, this epoch
  int64_t events_per_epoch = 0;
  double events_per_s = 0.0;  ///< predicted events, this epoch
  double loss = 0.0;          ///< mean over the epoch so far, nats per predicted event
  double seconds = 0.0;       ///< since the start, earlier sessions of a resumed run included
  double epoch_seconds_left = 0.0;
  bool is_epoch_end = false;
  bool is_refit = false;
  std::optional<ValidationMetrics> valid;  ///< at the end of an epoch
  double best_ndcg = 0.0;
  int64_t best_epoch = 0;
};

struct TrainOptions {
  std::filesystem::path run_directory;  ///< holds the checkpoint; must exist
  uint64_t seed = 1;
  bool resume = false;  ///< go on from the checkpoint in run_directory
  std::function<void(const TrainProgress&)> on_progress;
  std::function<bool()>
      should_stop;  ///< asked after every step; true = save a checkpoint and return
  /// Called with the f32 model whenever validation improves, and at the end of a refit. The view
  /// borrows the parameters: copy or write it before returning.
  std::function<Status(const ModelView&, const TrainProgress&)> save_model;
};

/// What of the configuration the data set does not allow, one line each for people: intent families
/// that are left out. Errors: those of IntentLabels::Build.
Result<std::vector<std::string>> LeftOutParts(const Dataset& dataset,
                                              const TrainConfig& resolved_config);

struct TrainResult {
  bool was_interrupted = false;
  int64_t best_epoch = 0;
  ValidationMetrics best;
  double seconds = 0.0;
};

/// Trains a model: epochs of packed batches, AdamW with warm-up and clipping, validation after each
/// epoch, early stopping on NDCG@10, best weights handed to `save_model`, a checkpoint after each
/// epoch. Of several processes, rank 0 validates and writes. Errors: kInvalidArgument (config,
/// or no validation case), kNotFound (resume without a checkpoint), whatever save_model returns.
Result<TrainResult> Train(const Dataset& dataset, const TrainConfig& resolved_config,
                          ProcessGroup& group, const TrainOptions& options);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_TRAINER_H_
