#ifndef TSUGI_NATIVE_CLI_ABLATION_H_
#define TSUGI_NATIVE_CLI_ABLATION_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "native/cli/training_run.h"

namespace tsugi {

/// What `tsugi train --ablate` was asked for.
struct AblationRequest {
  std::string preset;
  std::string config_text, config_path;
  std::vector<std::string> settings;
  std::filesystem::path out;
  uint64_t first_seed = 1;
  uint32_t seeds = 3;
  std::function<void(const std::string& run, const train::TrainProgress&)> on_progress = {};
  std::function<bool()> should_stop = {};
};

/// Trains every row of IntentAblation once per seed into out/ROW/seed-N, measures each through the
/// engine on int8 weights on the test split, and compares rows by the bootstrap over users, paired,
/// of means over seeds. Writes out/ablation.json and prints the table. A run that is there is
/// not trained again, so the same command goes on after an interruption.
/// Errors: those of configuration, training and evaluation; kInvalidArgument without intents, or if
/// a run that is there had another configuration or other data.
Status RunIntentAblation(const Dataset& dataset, const AblationRequest& request);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_ABLATION_H_
