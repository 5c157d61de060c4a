#ifndef TSUGI_NATIVE_TRAIN_CHECKPOINT_H_
#define TSUGI_NATIVE_TRAIN_CHECKPOINT_H_

#include <torch/torch.h>

#include <filesystem>
#include <string>

#include "core/base/status.h"
#include "native/train/modules/sequence_model.h"
#include "native/train/optimiser.h"
#include "native/train/run_files.h"

namespace tsugi::train {

/// Where a run stands, besides weights and optimiser state. Checkpoints are made after epochs and
/// when a run is interrupted, after any step.
struct RunState {
  int64_t epoch = 0;           ///< epochs finished
  int64_t step = 0;            ///< optimiser steps made
  int64_t epoch_step = 0;      ///< of them in the epoch under way
  double epoch_loss = 0.0;     ///< summed over the epoch under way
  double epoch_targets = 0.0;  ///< predicted events of the epoch under way
  int64_t best_epoch = 0;
  double best_ndcg = -1.0;
  double best_recall = 0.0;
  double best_mrr = 0.0;
  bool is_refit = false;
  double seconds = 0.0;
  std::string fingerprint;  ///< TOML of config, seed and data hash; a resume must have the same
};

/// Writes run_directory/checkpoint.pt aside and renames it, so an interrupted write loses nothing.
Status SaveCheckpoint(const std::filesystem::path& run_directory, const RunState& state,
                      const SequenceModel& model, torch::optim::AdamW& optimiser,
                      WeightAverage& average);

/// Errors: kNotFound without a checkpoint; kInvalidArgument if its fingerprint differs from
/// `fingerprint`, with the keys that differ.
Result<RunState> LoadCheckpoint(const std::filesystem::path& run_directory,
                                const std::string& fingerprint, SequenceModel& model,
                                torch::optim::AdamW& optimiser, WeightAverage& average);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_CHECKPOINT_H_
