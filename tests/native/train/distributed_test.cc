// A program of its own: LibTorch's autograd can not be used in a forked child once the parent has
// used it, so the two processes must start before anything is trained here.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "tests/native/train/tiny_dataset.h"
#include "tests/native/train/tiny_training.h"

namespace tsugi::train {
namespace {

/// Trains as one of two processes started side by side and writes the epoch losses to a file.
[[noreturn]] void TrainAsRank(int rank, const TinyDataset& tiny, const TrainConfig& config) {
  setenv("RANK", std::to_string(rank).c_str(), 1);
  setenv("WORLD_SIZE", "2", 1);
  setenv("MASTER_PORT", std::to_string(20000 + getppid() % 20000).c_str(), 1);
  Trace trace;
  const auto result = TrainInGroup(tiny.dataset(), config, Observe(tiny.folder(), trace), trace);
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
  ASSERT_TRUE(TrainInGroup(tiny.dataset(), whole, Observe(tiny.folder(), one), one).ok());
  ASSERT_EQ(two.size(), one.epoch_losses.size());
  for (size_t i = 0; i < two.size(); ++i) EXPECT_NEAR(two[i], one.epoch_losses[i], 2e-4) << i;
}

}  // namespace
}  // namespace tsugi::train
