#ifndef TSUGI_TESTS_NATIVE_TRAIN_TINY_TRAINING_H_
#define TSUGI_TESTS_NATIVE_TRAIN_TINY_TRAINING_H_

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "native/train/trainer.h"

namespace tsugi::train {

/// A model that trains in a fraction of a second; `settings` are "key=value" over it.
TrainConfig TinyConfig(const Dataset& data, std::vector<std::string> settings = {});

/// What a run gave: losses at the end of epochs that were validated and a copy of the last saved
/// item table.
struct Trace : Observer {
  std::vector<double> epoch_losses;
  std::vector<float> item_table;
  int saves = 0;
  std::function<bool()> stop;  ///< if it is set, asked after every step

  bool should_stop() override { return stop && stop(); }
  void OnEpochs(const EpochProgress& progress) override {
    if (progress.is_epoch_end && !progress.valid.empty()) epoch_losses.push_back(progress.loss);
  }
};

/// Options that write into `folder` and fill `trace`, which they borrow.
TrainOptions Observe(const std::filesystem::path& folder, Trace& trace);

/// Trains in the process group that the environment names.
Result<TrainResult> TrainInGroup(const Dataset& data, const TrainConfig& config,
                                 const TrainOptions& options, Trace& trace);

}  // namespace tsugi::train

#endif  // TSUGI_TESTS_NATIVE_TRAIN_TINY_TRAINING_H_
