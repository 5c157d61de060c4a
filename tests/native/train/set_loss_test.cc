#include "native/train/losses/set_loss.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tsugi::train {
namespace {

/// D = 1, hidden 1, so that an item's score is its row: 0.5, -1, 2, 0.
torch::Tensor Rows() { return torch::tensor({0.5f, -1.0f, 2.0f, 0.0f}).view({4, 1}); }
torch::Tensor Targets(std::vector<int64_t> items) {
  const auto count = static_cast<int64_t>(items.size());
  return torch::tensor(items, torch::kInt64).view({1, count});
}
const double kPartition = std::exp(0.5) + std::exp(-1.0) + std::exp(2.0) + std::exp(0.0);

TEST(SetCrossEntropy, IsTheNegativeLogSoftmaxOfEachTarget) {
  const auto losses = SetCrossEntropy(torch::ones({1, 1}), Rows(), Targets({2, 1, -1}));
  ASSERT_EQ(losses.sizes(), (std::vector<int64_t>{1, 3}));
  EXPECT_NEAR(losses[0][0].item<double>(), std::log(kPartition) - 2.0, 1e-6);
  EXPECT_NEAR(losses[0][1].item<double>(), std::log(kPartition) + 1.0, 1e-6);
  EXPECT_EQ(losses[0][2].item<double>(), 0.0);
}

TEST(SetCrossEntropy, OfOneTargetIsCrossEntropy) {
  torch::manual_seed(3);
  const auto hidden = torch::randn({5, 8}), rows = torch::randn({7, 8});
  const auto targets = torch::tensor({0, 3, 6, 2, 2}, torch::kInt64);
  for (const double smoothing : {0.0, 0.1}) {
    const auto set = SetCrossEntropy(hidden, rows, targets.unsqueeze(1), smoothing).sum();
    const auto one = CrossEntropy(hidden, rows, targets, smoothing).sum();
    EXPECT_NEAR(set.item<double>(), one.item<double>(), 1e-4);
  }
}

TEST(SetSampledSoftmax, MasksAllTargetsAmongTheNegatives) {
  // Negatives 0, 2 and 3, of which 2 and 0 are targets: the partition holds 2, 0 and 3 once each.
  const SharedNegatives negatives{torch::tensor({0, 2, 3}, torch::kInt64), {}};
  const auto losses =
      SetSampledSoftmax(torch::ones({1, 1}), Rows(), Targets({2, 0, -1}), negatives);
  const double partition = std::exp(2.0) + std::exp(0.5) + std::exp(0.0);
  EXPECT_NEAR(losses[0][0].item<double>(), std::log(partition) - 2.0, 1e-6);
  EXPECT_NEAR(losses[0][1].item<double>(), std::log(partition) - 0.5, 1e-6);
  EXPECT_EQ(losses[0][2].item<double>(), 0.0);
}

TEST(SetSampledSoftmax, OfOneTargetIsSampledSoftmax) {
  torch::manual_seed(5);
  const auto hidden = torch::randn({4, 8}), rows = torch::randn({9, 8});
  const auto targets = torch::tensor({0, 3, 6, 2}, torch::kInt64);
  const auto items = torch::tensor({3, 4, 5, 6, 8}, torch::kInt64);
  for (const auto& log_expected : {torch::Tensor(), torch::log(torch::rand({5}) + 0.1)}) {
    const SharedNegatives negatives{items, log_expected};
    const auto set = SetSampledSoftmax(hidden, rows, targets.unsqueeze(1), negatives).sum();
    const auto one = SampledSoftmax(hidden, rows, targets, negatives).sum();
    EXPECT_NEAR(set.item<double>(), one.item<double>(), 1e-4);
  }
}

TEST(SetSampledSoftmax, WithEveryItemAsANegativeIsFullCrossEntropy) {
  torch::manual_seed(7);
  const auto hidden = torch::randn({3, 8}), rows = torch::randn({6, 8});
  const auto targets = torch::tensor({{0, 3, -1}, {1, 2, 5}, {4, -1, -1}}, torch::kInt64);
  const SharedNegatives all{torch::arange(6, torch::kInt64), {}};
  EXPECT_TRUE(torch::allclose(SetSampledSoftmax(hidden, rows, targets, all),
                              SetCrossEntropy(hidden, rows, targets), 1e-4, 1e-4));
}

}  // namespace
}  // namespace tsugi::train
