#include "native/train/trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "core/model/tensor_table.h"
#include "tests/native/train/tiny_dataset.h"

namespace tsugi::train {
namespace {

TrainConfig TinyConfig(const Dataset& data, std::vector<std::string> settings = {}) {
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

/// What a run gave: losses at epoch ends and a copy of the last saved item table.
struct Trace {
  std::vector<double> epoch_losses;
  std::vector<float> item_table;
  int saves = 0;
};

TrainOptions Observe(const std::filesystem::path& folder, Trace& trace) {
  TrainOptions options;
  options.run_directory = folder;
  options.on_progress = [&trace](const TrainProgress& p) {
    if (p.is_epoch_end && p.valid) trace.epoch_losses.push_back(p.loss);
  };
  options.save_model = [&trace](const ModelView& view, const TrainProgress&) {
    EXPECT_TRUE(view.Validate().ok()) << view.Validate().message();
    const auto table = view.Find(kItemTable).as<float>();
    trace.item_table.assign(table.begin(), table.end());
    ++trace.saves;
    return Status();
  };
  return options;
}

Result<TrainResult> TrainAlone(const Dataset& data, const TrainConfig& config,
                               const TrainOptions& options) {
  TSUGI_ASSIGN_OR_RETURN(const auto group, ProcessGroup::Join());
  return Train(data, config, *group, options);
}

class LossTest : public testing::TestWithParam<const char*> {};

TEST_P(LossTest, LearnsAChainFarBeyondChance) {
  const TinyDataset tiny(ChainLog(200, 40, 12, 3));
  Trace trace;
  const auto options = Observe(tiny.folder(), trace);
  const auto config = TinyConfig(
      tiny.dataset(), {std::string("loss=") + GetParam(), "negatives=20", "max_epochs=12"});
  const auto result = TrainAlone(tiny.dataset(), config, options);
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
  ASSERT_TRUE(TrainAlone(tiny.dataset(), config, options).ok());
  options = Observe(tiny.folder(), b);
  ASSERT_TRUE(TrainAlone(tiny.dataset(), config, options).ok());
  options = Observe(tiny.folder(), c);
  options.seed = 2;
  ASSERT_TRUE(TrainAlone(tiny.dataset(), config, options).ok());
  EXPECT_EQ(a.item_table, b.item_table);
  EXPECT_NE(a.item_table, c.item_table);
}

TEST(Trainer, ResumesAfterAnInterruptionWithTheSameLosses) {
  const TinyDataset tiny(ChainLog(60, 20, 9, 3));
  const TrainConfig config = TinyConfig(tiny.dataset(), {"max_epochs=4"});
  Trace whole;
  auto options = Observe(tiny.folder(), whole);
  ASSERT_TRUE(TrainAlone(tiny.dataset(), config, options).ok());

  Trace parts;
  options = Observe(tiny.folder(), parts);
  int steps = 0;
  // Stops in the middle of an epoch: the resumed run repeats that epoch from its start.
  options.should_stop = [&] { return parts.epoch_losses.size() == 2 && ++steps == 2; };
  const auto interrupted = TrainAlone(tiny.dataset(), config, options);
  ASSERT_TRUE(interrupted.ok());
  EXPECT_TRUE(interrupted->was_interrupted);
  options.should_stop = nullptr;
  options.resume = true;
  const auto resumed = TrainAlone(tiny.dataset(), config, options);
  ASSERT_TRUE(resumed.ok()) << resumed.status().message();
  ASSERT_EQ(parts.epoch_losses.size(), whole.epoch_losses.size());
  for (size_t i = 0; i < whole.epoch_losses.size(); ++i) {
    EXPECT_NEAR(parts.epoch_losses[i], whole.epoch_losses[i], 1e-5) << "epoch " << i + 1;
  }
}

TEST(Trainer, RefusesToResumeAnotherRun) {
  const TinyDataset tiny(ChainLog(60, 20, 9, 3));
  Trace trace;
  auto options = Observe(tiny.folder(), trace);
  options.resume = true;
  const auto none = TrainAlone(tiny.dataset(), TinyConfig(tiny.dataset()), options);
  EXPECT_EQ(none.status().code(), StatusCode::kNotFound);

  options.resume = false;
  ASSERT_TRUE(
      TrainAlone(tiny.dataset(), TinyConfig(tiny.dataset(), {"max_epochs=1"}), options).ok());
  options.resume = true;
  const auto other =
      TrainAlone(tiny.dataset(), TinyConfig(tiny.dataset(), {"max_epochs=2"}), options);
  EXPECT_EQ(other.status().code(), StatusCode::kInvalidArgument);
}

TEST(Trainer, RefitTrainsAgainOnValidationEventsToo) {
  const TinyDataset tiny(ChainLog(60, 20, 9, 3));
  Trace plain, refit;
  auto options = Observe(tiny.folder(), plain);
  ASSERT_TRUE(
      TrainAlone(tiny.dataset(), TinyConfig(tiny.dataset(), {"max_epochs=2"}), options).ok());
  options = Observe(tiny.folder(), refit);
  ASSERT_TRUE(
      TrainAlone(tiny.dataset(), TinyConfig(tiny.dataset(), {"max_epochs=2", "refit=on"}), options)
          .ok());
  EXPECT_EQ(refit.saves, plain.saves + 1);
  EXPECT_NE(refit.item_table, plain.item_table);
}

TEST(Trainer, SaysWhatToDoWhenTheLossDiverges) {
  const TinyDataset tiny(ChainLog(60, 20, 9, 3));
  Trace trace;
  const auto result =
      TrainAlone(tiny.dataset(), TinyConfig(tiny.dataset(), {"learning_rate=1e30", "max_epochs=3"}),
                 Observe(tiny.folder(), trace));
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(std::string(result.status().message()), testing::HasSubstr("lower learning_rate"));
}

/// Trains as one of two processes started side by side and writes the epoch losses to a file.
[[noreturn]] void TrainAsRank(int rank, const TinyDataset& tiny, const TrainConfig& config) {
  setenv("RANK", std::to_string(rank).c_str(), 1);
  setenv("WORLD_SIZE", "2", 1);
  setenv("MASTER_PORT", std::to_string(20000 + getppid() % 20000).c_str(), 1);
  Trace trace;
  const auto result = TrainAlone(tiny.dataset(), config, Observe(tiny.folder(), trace));
  std::ofstream out(tiny.folder() / ("losses" + std::to_string(rank)));
  out.precision(12);
  for (const double loss : trace.epoch_losses) out << loss << '\n';
  out.close();
  std::_Exit(result.ok() ? 0 : 1);
}

TEST(Distributed, TwoProcessesMatchOneOnTheDoubledBatch) {
  const TinyDataset tiny(ChainLog(200, 20, 9, 3));
  const TrainConfig half = TinyConfig(tiny.dataset(), {"max_epochs=3", "batch_tokens=64"});
  torch::set_num_threads(1);  // forked children must not wait for the parent's pool
  std::vector<pid_t> children;
  for (int rank = 0; rank < 2; ++rank) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) TrainAsRank(rank, tiny, half);
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  std::vector<double> two;
  std::ifstream in(tiny.folder() / "losses0");
  for (double loss = 0.0; in >> loss;) two.push_back(loss);

  Trace one;
  const TrainConfig whole = TinyConfig(tiny.dataset(), {"max_epochs=3", "batch_tokens=128"});
  ASSERT_TRUE(TrainAlone(tiny.dataset(), whole, Observe(tiny.folder(), one)).ok());
  ASSERT_EQ(two.size(), one.epoch_losses.size());
  for (size_t i = 0; i < two.size(); ++i) EXPECT_NEAR(two[i], one.epoch_losses[i], 2e-4) << i;
}

}  // namespace
}  // namespace tsugi::train
