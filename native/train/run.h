#ifndef TSUGI_NATIVE_TRAIN_RUN_H_
#define TSUGI_NATIVE_TRAIN_RUN_H_

#include <cstdint>
#include <filesystem>

#include "core/base/status.h"
#include "native/dataset/dataset.h"
#include "native/train/observer.h"
#include "native/train/train_config.h"

namespace tsugi::train {

// Files of a run directory.
/// The best f32 weights so far, a model file.
inline constexpr char kWeightsFile[] = "weights.tsugi";
/// Weights, optimiser and counters, which a resumed run goes on from.
inline constexpr char kCheckpointFile[] = "checkpoint.pt";

struct RunOptions {
  std::filesystem::path out;
  uint64_t seed = 1;
  bool resume = false;
  std::filesystem::path base;  ///< a run whose recommender is taken as it is; empty = train one
};

struct RunResult {
  bool was_interrupted = false;
  double best_ndcg = 0.0;  ///< @10 on validation cases, of the recommender
  int64_t best_epoch = 0;
  double seconds = 0.0;
};

/// Whether a folder holds a run that can be resumed: a checkpoint, or a model without one, of a run
/// that was killed between the two or of a later stage.
bool HoldsRun(const std::filesystem::path& out);

/// Runs the stages that the configuration asks for (native/train/stage.h), one after another, into
/// a run directory:
///   config.toml     the resolved configuration
///   weights.tsugi   the best f32 model so far, a model file like any other; written again whenever
///                   a stage is finished, so that an interrupted run keeps the finished ones
///   log.jsonl       one line per epoch of the recommender and per later stage
///   metrics.json    how the run ended
///   checkpoint.pt   what a resumed run goes on from
/// Errors: kInvalidArgument if `out` already holds a run and resume is off, if `base` was trained
/// on other data, or if it is given without a later stage; those of the stages.
Result<RunResult> RunTraining(const Dataset& dataset, const TrainConfig& config,
                              const RunOptions& options, Observer& observer);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_RUN_H_
