#ifndef TSUGI_TESTS_NATIVE_TRAIN_TINY_TRAINING_H_
#define TSUGI_TESTS_NATIVE_TRAIN_TINY_TRAINING_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/model/tensor_table.h"
#include "native/train/trainer.h"

namespace tsugi::train {

/// A model that trains in a fraction of a second; `settings` are "key=value" over it.
inline TrainConfig TinyConfig(const Dataset& data, std::vector<std::string> settings = {}) {
  const std::vector<std::string> base = {
      "width=16",       "layers=1",          "feed_forward=16", "window=8",
      "dropout=0.0",    "input_dropout=0.0", "max_epochs=6",    "batch_tokens=64",
      "warmup_steps=1", "learning_rate=0.01"};
  settings.insert(settings.begin(), base.begin(), base.end());
  const auto config = MakeConfig("next", "", "", settings);
  EXPECT_TRUE(config.ok()) << config.status().message();
  const auto resolved = ResolveConfig(*config, data);
  EXPECT_TRUE(resolved.ok()) << resolved.status().message();
  return *resolved;
}

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
inline TrainOptions Observe(const std::filesystem::path& folder, Trace& trace) {
  TrainOptions options;
  options.run_directory = folder;
  options.save_model = [&trace](const ModelData& model, const EpochProgress&) {
    const ModelView view = model.View();
    EXPECT_TRUE(view.Validate().ok()) << view.Validate().message();
    const auto table = view.Find(kItemTable).as<float>();
    trace.item_table.assign(table.begin(), table.end());
    ++trace.saves;
    return Status();
  };
  return options;
}

/// Trains in the process group that the environment names.
inline Result<TrainResult> TrainInGroup(const Dataset& data, const TrainConfig& config,
                                        const TrainOptions& options, Trace& trace) {
  TSUGI_ASSIGN_OR_RETURN(const auto group, ProcessGroup::Join());
  ModelData model;
  return Train({data, config, *group, options}, model, trace);
}

}  // namespace tsugi::train

#endif  // TSUGI_TESTS_NATIVE_TRAIN_TINY_TRAINING_H_
