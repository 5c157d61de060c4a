#include "native/train/trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "native/train/modules/sequence_model.h"
#include "tests/native/train/tiny_dataset.h"
#include "tests/native/train/tiny_training.h"

namespace tsugi::train {
namespace {

class LossTest : public testing::TestWithParam<const char*> {};

TEST_P(LossTest, LearnsAChainFarBeyondChance) {
  const TinyDataset tiny(ChainLog(200, 40, 12, 3));
  Trace trace;
  const auto options = Observe(tiny.folder(), trace);
  const auto config = TinyConfig(
      tiny.dataset(), {std::string("loss=") + GetParam(), "negatives=20", "max_epochs=12"});
  const auto result = TrainInGroup(tiny.dataset(), config, options, trace);
  ASSERT_TRUE(result.ok()) << result.status().message();
  // Chance is 10 / 40; the chain's next item can be known in nine cases of ten.
  EXPECT_GT(result->best.recall_at_10, 0.8);
  EXPECT_GT(trace.saves, 0);
  EXPECT_LT(trace.epoch_losses.back(), trace.epoch_losses.front());
}

INSTANTIATE_TEST_SUITE_P(Losses, LossTest,
                         testing::Values("cross_entropy", "sampled_softmax", "gbce"));

TEST(Trainer, IsReproducibleFromItsSeed) {
  const TinyDataset tiny(ChainLog(60, 20, 9, 3));
  Trace a, b, c;
  auto options = Observe(tiny.folder(), a);
  const TrainConfig config = TinyConfig(tiny.dataset(), {"max_epochs=2"});
  ASSERT_TRUE(TrainInGroup(tiny.dataset(), config, options, a).ok());
  options = Observe(tiny.folder(), b);
  ASSERT_TRUE(TrainInGroup(tiny.dataset(), config, options, b).ok());
  options = Observe(tiny.folder(), c);
  options.seed = 2;
  ASSERT_TRUE(TrainInGroup(tiny.dataset(), config, options, c).ok());
  EXPECT_EQ(a.item_table, b.item_table);
  EXPECT_NE(a.item_table, c.item_table);
}

TEST(Trainer, ResumesAfterAnInterruptionWithTheSameLosses) {
  const TinyDataset tiny(ChainLog(60, 20, 9, 3));
  const TrainConfig config = TinyConfig(
      tiny.dataset(),
      {"max_epochs=4", "dropout=0.3", "loss=sampled_softmax", "negatives=8", "workers=2"});
  Trace whole;
  auto options = Observe(tiny.folder(), whole);
  ASSERT_TRUE(TrainInGroup(tiny.dataset(), config, options, whole).ok());

  Trace parts;
  options = Observe(tiny.folder(), parts);
  int steps = 0;
  // Stops in the middle of an epoch.
  parts.stop = [&] { return parts.epoch_losses.size() == 2 && ++steps == 2; };
  const auto interrupted = TrainInGroup(tiny.dataset(), config, options, parts);
  ASSERT_TRUE(interrupted.ok());
  EXPECT_TRUE(interrupted->was_interrupted);
  parts.stop = nullptr;
  options.resume = true;
  const auto resumed = TrainInGroup(tiny.dataset(), config, options, parts);
  ASSERT_TRUE(resumed.ok()) << resumed.status().message();
  ASSERT_EQ(parts.epoch_losses.size(), whole.epoch_losses.size());
  for (size_t i = 0; i < whole.epoch_losses.size(); ++i) {
    EXPECT_DOUBLE_EQ(parts.epoch_losses[i], whole.epoch_losses[i]) << "epoch " << i + 1;
  }
  EXPECT_EQ(parts.item_table, whole.item_table);
}

TEST(Trainer, RefusesToResumeAnotherRun) {
  const TinyDataset tiny(ChainLog(60, 20, 9, 3));
  Trace trace;
  auto options = Observe(tiny.folder(), trace);
  ASSERT_TRUE(
      TrainInGroup(tiny.dataset(), TinyConfig(tiny.dataset(), {"max_epochs=1"}), options, trace)
          .ok());
  options.resume = true;
  const auto other =
      TrainInGroup(tiny.dataset(), TinyConfig(tiny.dataset(), {"max_epochs=2"}), options, trace);
  EXPECT_EQ(other.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(other.status().message()), testing::HasSubstr("max_epochs = 1, now 2"));
}

TEST(Trainer, RefitTrainsAgainOnValidationEventsToo) {
  const TinyDataset tiny(ChainLog(60, 20, 9, 3));
  Trace plain, refit;
  auto options = Observe(tiny.folder(), plain);
  ASSERT_TRUE(
      TrainInGroup(tiny.dataset(), TinyConfig(tiny.dataset(), {"max_epochs=2"}), options, plain)
          .ok());
  options = Observe(tiny.folder(), refit);
  ASSERT_TRUE(TrainInGroup(tiny.dataset(), TinyConfig(tiny.dataset(), {"max_epochs=2", "refit=on"}),
                           options, refit)
                  .ok());
  EXPECT_EQ(refit.saves, plain.saves + 1);
  EXPECT_NE(refit.item_table, plain.item_table);
}

TEST(Validation, CountsAFilteredTargetAsAMiss) {
  // The validation target of both is the item that its sequence begins with.
  const TinyDataset tiny({"u1 a b c a d", "u2 b c d b a"});
  const auto cases = DrawValidationCases(tiny.dataset(), 10);
  ASSERT_EQ(cases.size(), 2u);
  ModelSpec spec = MakeSpec(TinyConfig(tiny.dataset()), tiny.dataset());
  for (const bool filters : {false, true}) {
    spec.filter_seen = filters;
    SequenceModel model(spec);
    const ValidationMetrics valid = Validate(model, tiny.dataset(), cases, 1);
    EXPECT_EQ(valid.recall_at_10, filters ? 0.0 : 1.0);  // a catalogue of 4
    EXPECT_EQ(valid.mrr_at_20 > 0.0, !filters);
  }
}

TEST(Validation, RanksTheTargetsOfADivergedModelLast) {
  const TinyDataset tiny(ChainLog(30, 40, 9, 3));
  SequenceModel model(MakeSpec(TinyConfig(tiny.dataset()), tiny.dataset()));
  {
    torch::NoGradGuard no_grad;
    for (auto& parameter : model.parameters()) {
      parameter.fill_(std::numeric_limits<float>::quiet_NaN());
    }
  }
  const ValidationMetrics valid =
      Validate(model, tiny.dataset(), DrawValidationCases(tiny.dataset(), 100), 2);
  EXPECT_EQ(valid.recall_at_10, 0.0);
  EXPECT_EQ(valid.mrr_at_20, 0.0);
}

TEST(Trainer, SaysWhatToDoWithoutAValidationCase) {
  const TinyDataset tiny({"u1 1 2", "u2 2 1"});
  Trace trace;
  const auto result = TrainInGroup(tiny.dataset(), TinyConfig(tiny.dataset()),
                                   Observe(tiny.folder(), trace), trace);
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(std::string(result.status().message()), testing::HasSubstr("longer log"));
}

TEST(Trainer, SaysWhatToDoWhenTheLossDiverges) {
  const TinyDataset tiny(ChainLog(60, 20, 9, 3));
  Trace trace;
  TrainConfig config = TinyConfig(tiny.dataset(), {"max_epochs=3"});
  config.learning_rate = 1e30;  // more than MakeConfig takes
  const auto result = TrainInGroup(tiny.dataset(), config, Observe(tiny.folder(), trace), trace);
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(std::string(result.status().message()), testing::HasSubstr("lower learning_rate"));
}

}  // namespace
}  // namespace tsugi::train
