#include "native/train/epochs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace tsugi::train {
namespace {

/// Counts its steps in its only weight, and is checked with given scores.
class Counter : public Learner {
 public:
  explicit Counter(std::vector<double> scores = {}) : scores_(std::move(scores)) {}

  int64_t BeginEpoch(const EpochState&, EpochProgress& progress) override {
    progress.epoch_count = 6.0;
    return 3;
  }
  StepLoss Step(const EpochState& state) override {
    torch::NoGradGuard no_grad;
    weight += 1.0;
    steps.push_back(state.step);
    return {state.step == broken_step ? NAN : 2.0 * static_cast<double>(state.step), 2.0};
  }
  std::optional<double> Check(EpochProgress& progress) override {
    if (scores_.empty()) return std::nullopt;
    checked.push_back(weight.item<double>());
    const double score = scores_[static_cast<size_t>(progress.epoch - 1)];
    progress.valid = {{"score", score}};
    return score;
  }
  Status Save(const EpochProgress& progress, bool is_best) override {
    saved.emplace_back(progress.step, is_best);
    return Status();
  }

  torch::Tensor weight = torch::zeros({1});
  int64_t broken_step = -1;
  std::vector<int64_t> steps;
  std::vector<double> checked;
  std::vector<std::pair<int64_t, bool>> saved;

 private:
  std::vector<double> scores_;
};

/// Stops after `steps` steps; keeps the reports of ends of epochs.
struct Watcher : Observer {
  explicit Watcher(int64_t stop_after = 1000) : steps(stop_after) {}
  bool should_stop() override { return --steps == 0; }
  void OnEpochs(const EpochProgress& progress) override {
    (progress.is_epoch_end ? ends : reports).push_back(progress);
  }
  int64_t steps;
  std::vector<EpochProgress> reports, ends;
};

TEST(RunEpochs, RunsAllEpochsOfALoopWithoutAScore) {
  Counter counter;
  Watcher watcher;
  EpochState state;
  const auto finished =
      RunEpochs(counter, {.what = "counter", .remedy = "", .epochs = 2}, watcher, state);
  ASSERT_TRUE(finished.ok());
  EXPECT_TRUE(*finished);
  EXPECT_EQ(counter.steps, (std::vector<int64_t>{0, 1, 2, 3, 4, 5}));
  ASSERT_EQ(watcher.ends.size(), 2u);
  EXPECT_EQ(watcher.reports.size(), 6u);
  EXPECT_EQ(watcher.ends[1].what, "counter");
  EXPECT_EQ(watcher.ends[1].epoch, 2);
  EXPECT_EQ(watcher.ends[1].count, 6.0);
  EXPECT_EQ(watcher.ends[1].loss, 2.0 * (3 + 4 + 5) / 6.0);
  EXPECT_EQ(state.epoch, 2);
  EXPECT_EQ(state.best_epoch, 0);
}

TEST(RunEpochs, StopsWithoutImprovementAndGivesTheBestWeightsBack) {
  Counter counter({0.1, 0.4, 0.3, 0.4, 0.9});
  Watcher watcher;
  EpochState state;
  const auto finished = RunEpochs(
      counter,
      {.what = "counter", .remedy = "", .epochs = 5, .patience = 2, .keep_best = {counter.weight}},
      watcher, state);
  ASSERT_TRUE(finished.ok());
  EXPECT_EQ(state.epoch, 4);  // an equal score is no improvement
  EXPECT_EQ(state.best_epoch, 2);
  EXPECT_EQ(state.best, 0.4);
  EXPECT_EQ(counter.weight.item<double>(), 6.0);
  EXPECT_EQ(watcher.ends.back().best_epoch, 2);
  const std::vector<std::pair<int64_t, bool>> saved = {
      {3, true}, {3, true}, {3, false}, {3, false}};
  EXPECT_EQ(counter.saved, saved);
}

TEST(RunEpochs, KeepsTheStartWhereNothingBeatsItsScore) {
  Counter counter({0.1, 0.2});
  Watcher watcher;
  EpochState state{.best = 0.5};
  ASSERT_TRUE(
      RunEpochs(counter,
                {.what = "counter", .remedy = "", .epochs = 2, .keep_best = {counter.weight}},
                watcher, state)
          .ok());
  EXPECT_EQ(state.best_epoch, 0);
  EXPECT_EQ(counter.weight.item<double>(), 0.0);
}

TEST(RunEpochs, GoesOnWhereItWasStopped) {
  const EpochOptions options{.what = "counter", .remedy = "", .epochs = 3};
  Counter counter({0.1, 0.2, 0.3});
  Watcher stopping(5);
  EpochState state;
  const auto stopped = RunEpochs(counter, options, stopping, state);
  ASSERT_TRUE(stopped.ok());
  EXPECT_FALSE(*stopped);
  EXPECT_EQ(state.epoch, 1);
  EXPECT_EQ(state.epoch_step, 2);
  EXPECT_EQ(counter.saved.back(), (std::pair<int64_t, bool>{2, false}));
  Watcher watcher;
  ASSERT_TRUE(*RunEpochs(counter, options, watcher, state));
  EXPECT_EQ(counter.steps, (std::vector<int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(watcher.ends[0].loss, 2.0 * (3 + 4 + 5) / 6.0);  // of the whole epoch
  EXPECT_EQ(state.best_epoch, 3);
}

TEST(RunEpochs, SaysWhatToTryWhenALossOrAScoreIsNotFinite) {
  Observer silent;
  const EpochOptions options{.what = "counter", .remedy = "another seed", .epochs = 3};
  Counter counter;
  counter.broken_step = 4;
  EpochState state;
  const auto broken = RunEpochs(counter, options, silent, state);
  EXPECT_EQ(broken.status().code(), StatusCode::kInternal);
  EXPECT_THAT(std::string(broken.status().message()),
              testing::AllOf(testing::HasSubstr("the counter's loss became nan in epoch 2"),
                             testing::HasSubstr("Try: another seed")));
  Counter unmeasured({0.5, NAN});
  state = {};
  const auto nowhere = RunEpochs(unmeasured, options, silent, state);
  EXPECT_THAT(std::string(nowhere.status().message()), testing::HasSubstr("validation"));
}

TEST(RunEpochs, ChecksTheAveragedWeights) {
  Counter counter({0.1});
  WeightAverage average({counter.weight}, 0.9);
  Observer silent;
  EpochState state;
  ASSERT_TRUE(RunEpochs(counter,
                        {.what = "counter", .remedy = "", .epochs = 1, .average = &average}, silent,
                        state)
                  .ok());
  // Of 0 with the weights 1, 2 and 3, kept by 1 / 10, 2 / 11 and 3 / 12.
  const double first = 0.9 * 1.0, second = first + 9.0 / 11.0 * (2.0 - first);
  ASSERT_EQ(counter.checked.size(), 1u);
  EXPECT_NEAR(counter.checked[0], second + 0.75 * (3.0 - second), 1e-6);
  EXPECT_EQ(counter.weight.item<double>(), 3.0);  // training goes on with its own
}

}  // namespace
}  // namespace tsugi::train
