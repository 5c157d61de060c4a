#ifndef TSUGI_NATIVE_CLI_TRAINING_RUN_H_
#define TSUGI_NATIVE_CLI_TRAINING_RUN_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "core/base/status.h"
#include "native/dataset/dataset.h"
#include "native/train/trainer.h"

namespace tsugi {
namespace train {
// Declared alone: their headers would cost every file that includes this half a minute.
struct LanguageProgress;
struct PriorProgress;
struct Tokenization;
}  // namespace train

/// What `tsugi train` was asked for.
struct TrainingRunOptions {
  std::filesystem::path out;
  uint64_t seed = 1;
  bool resume = false;
  std::filesystem::path base;  ///< a run whose recommender is taken as it is; empty = train one
  std::function<void(const train::TrainProgress&)> on_progress;
  std::function<bool()> should_stop;
  std::function<void(const train::PriorProgress&)> on_prior;  ///< of the second stage, imagining
  std::function<void(const train::Tokenization&)> on_items;   ///< of the other one, semantic ids
  std::function<void(const train::LanguageProgress&)> on_language;
  std::function<void(size_t done, size_t total)> on_fusion;
};

/// Trains into a run directory:
///   config.toml     the resolved configuration
///   weights.tsugi   the best f32 model so far, a model file like any other
///   log.jsonl       one line per epoch
///   metrics.json    how the run ended
///   checkpoint.pt   what --resume goes on from
/// Errors: kInvalidArgument if `out` already holds a run and resume is off; what Train returns.
Result<train::TrainResult> RunTraining(const Dataset& dataset, const train::TrainConfig& config,
                                       const TrainingRunOptions& options);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_TRAINING_RUN_H_
