// Training of intents: which losses reach which parameters, and what is derived from the log.
#include <gtest/gtest.h>

#include "native/train/batch_gradient.h"
#include "native/train/intent/intent_config.h"
#include "tests/native/intent/shop_log.h"
#include "tests/native/train/tiny_dataset.h"
#include "tests/native/train/tiny_training.h"

namespace tsugi::train {
namespace {

/// Largest gradient of every parameter of a small model with intents, by name.
class IntentGradient : public testing::Test {
 protected:
  std::map<std::string, double> Largest(std::vector<std::string> settings) {
    settings.push_back("intent.families=topic,action");
    const TrainConfig config = TinyConfig(tiny_.dataset(), settings);
    const AuxiliaryTask task{config.intent.weight, [&](uint64_t event, std::span<float> mass) {
                               config.intent.labels->WriteTarget(event, mass);
                             }};
    torch::manual_seed(1);
    TrainingOptions options{.trains_context_by_items = config.intent.heads_learn_items};
    if (!config.intent.hierarchy) options.auxiliary_labels = config.intent.LabelCounts();
    SequenceModel model(MakeSpec(config, tiny_.dataset()), options);
    const EpochPacker packer(tiny_.dataset(), tiny_.dataset().train_end(), 8, 6, 1, 0);
    BatchGradient(model, config, {.auxiliary = &task})
        .Compute(packer.Batch(0), {torch::tensor({1, 5, 7}, torch::kInt64), {}}, 0.5, 4);
    std::map<std::string, double> largest;
    for (const auto& parameter : model.named_parameters()) {
      const torch::Tensor gradient = parameter.value().grad();
      largest[parameter.key()] = gradient.defined() ? gradient.abs().max().item<double>() : 0.0;
    }
    return largest;
  }
  static double Of(const std::map<std::string, double>& largest, const std::string& part) {
    double value = 0.0;
    bool is_there = false;
    for (const auto& [name, gradient] : largest) {
      if (name.find(part) == std::string::npos) continue;
      is_there = true;
      value = std::max(value, gradient);
    }
    EXPECT_TRUE(is_there) << part;
    return value;
  }

  TinyDataset tiny_{ChainLog(60, 20, 9, 3)};
};

TEST_F(IntentGradient, TheItemLossTrainsTheHeadsThroughZ) {
  const auto largest = Largest({"intent.weight=0"});
  EXPECT_GT(Of(largest, "intent.heads"), 0.0);
  EXPECT_GT(Of(largest, "intent.projection"), 0.0);
}

TEST_F(IntentGradient, UnlessItIsToldNotTo) {
  const auto largest = Largest({"intent.weight=0", "intent.heads_learn_items=off"});
  EXPECT_EQ(Of(largest, "intent.heads"), 0.0);
  EXPECT_GT(Of(largest, "intent.projection"), 0.0);  // the mix still learns
}

TEST_F(IntentGradient, TheIntentLossTrainsTheHeads) {
  const auto largest = Largest({"intent.weight=1", "intent.heads_learn_items=off"});
  EXPECT_GT(Of(largest, "intent.heads"), 0.0);
}

TEST_F(IntentGradient, WithoutHierarchyHeadsStandBesideTheItems) {
  const auto largest = Largest({"intent.hierarchy=off"});
  EXPECT_GT(Of(largest, "auxiliary_heads"), 0.0);
  for (const auto& [name, gradient] : largest) EXPECT_NE(name.substr(0, 7), "intent.") << name;
}

TEST(ShortTermSeconds, AreWhatThreeOfFourRunsOfFiveEventsTake) {
  // 7 training events 100 s apart: every run of five takes 400 s.
  std::string log = "user_id,item_id,timestamp\n";
  for (int i = 0; i < 9; ++i) {
    log += "ann," + std::to_string(i % 3) + "," + std::to_string(1000 + 100 * i) + "\n";
  }
  EXPECT_EQ(DefaultShortTermSeconds(ShopLog(log).dataset()), 400);
}

TEST(ShortTermSeconds, AreAMinuteAtLeastAndNoneWithoutTimes) {
  const ShopLog burst(
      "user_id,item_id,timestamp\nann,1,10\nann,2,10\nann,1,10\nann,2,10\nann,1,10\nann,2,11\n"
      "ann,1,12\n");
  EXPECT_EQ(DefaultShortTermSeconds(burst.dataset()), 60);
  const TinyDataset without_times(ChainLog(5, 5, 9, 1));
  EXPECT_EQ(DefaultShortTermSeconds(without_times.dataset()), 0);
}

}  // namespace
}  // namespace tsugi::train
