#include "tests/native/train/tiny_training.h"

#include <gtest/gtest.h>

#include "core/model/tensor_table.h"

namespace tsugi::train {

TrainConfig TinyConfig(const Dataset& data, std::vector<std::string> settings) {
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

TrainOptions Observe(const std::filesystem::path& folder, Trace& trace) {
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

Result<TrainResult> TrainInGroup(const Dataset& data, const TrainConfig& config,
                                 const TrainOptions& options, Trace& trace) {
  TSUGI_ASSIGN_OR_RETURN(const auto group, ProcessGroup::Join());
  ModelData model;
  return Train({data, config, *group, options}, model, trace);
}

}  // namespace tsugi::train
