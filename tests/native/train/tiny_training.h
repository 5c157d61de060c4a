#ifndef TSUGI_TESTS_NATIVE_TRAIN_TINY_TRAINING_H_
#define TSUGI_TESTS_NATIVE_TRAIN_TINY_TRAINING_H_

#include <filesystem>
#include <string>
#include <vector>

#include "native/train/trainer.h"

namespace tsugi::train {

/// A model that trains in a fraction of a second; `settings` are "key=value" over it.
TrainConfig TinyConfig(const Dataset& data, std::vector<std::string> settings = {});

/// What a run gave: losses at epoch ends and a copy of the last saved item table.
struct Trace {
  std::vector<double> epoch_losses;
  std::vector<float> item_table;
  int saves = 0;
};

/// Options that write into `folder` and fill `trace`, which they borrow.
TrainOptions Observe(const std::filesystem::path& folder, Trace& trace);

/// Trains in the process group that the environment names.
Result<TrainResult> TrainInGroup(const Dataset& data, const TrainConfig& config,
                                 const TrainOptions& options);

}  // namespace tsugi::train

#endif  // TSUGI_TESTS_NATIVE_TRAIN_TINY_TRAINING_H_
