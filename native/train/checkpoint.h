#ifndef TSUGI_NATIVE_TRAIN_CHECKPOINT_H_
#define TSUGI_NATIVE_TRAIN_CHECKPOINT_H_

#include <torch/torch.h>

#include <filesystem>
#include <string>

#include "core/base/status.h"
#include "native/train/epochs.h"
#include "native/train/modules/sequence_model.h"
#include "native/train/validation.h"

namespace tsugi::train {

/// Where a run stands, besides weights and optimiser state. Checkpoints are made after epochs and
/// when a run is interrupted, after any step.
struct RunState {
  EpochState loop;           ///< of the selection, or of the refit after it
  ValidationMetrics best;    ///< at loop.best_epoch
  bool is_refit = false;     ///< the selection is over
  bool is_finished = false;  ///< and so is the refit: the model is saved
  std::string fingerprint;   ///< TOML of config, seed and data hash; a resume must have the same
};

/// Whether there is a checkpoint to load.
bool HasCheckpoint(const std::filesystem::path& run_directory);

/// Writes run_directory/checkpoint.pt by WriteWholeFile, with a hash of its bytes at the end.
Status SaveCheckpoint(const std::filesystem::path& run_directory, const RunState& state,
                      const SequenceModel& model, torch::optim::AdamW& optimiser,
                      WeightAverage& average);

/// Errors: kNotFound without a checkpoint; kCorruptModel for one that is damaged; kInvalidArgument
/// if its fingerprint differs from `fingerprint`, with the keys that differ.
Result<RunState> LoadCheckpoint(const std::filesystem::path& run_directory,
                                const std::string& fingerprint, SequenceModel& model,
                                torch::optim::AdamW& optimiser, WeightAverage& average);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_CHECKPOINT_H_
