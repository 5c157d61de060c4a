#include "native/train/losses/chunked_loss.h"

#include <gtest/gtest.h>

#include "native/train/losses/item_loss.h"

namespace tsugi::train {
namespace {

torch::Tensor FullLoss(const torch::Tensor& h, const torch::Tensor& v, const torch::Tensor& y) {
  return CrossEntropy(h, v, y);
}

TEST(ComputeChunkedLoss, GivesTheLossAndGradientsOfTheWholeForEveryChunkSize) {
  torch::manual_seed(3);
  const auto input = torch::randn({7, 4}), table = torch::randn({9, 4});
  const auto targets = torch::tensor({0, 8, 3, 3, 1, 7, 5}, torch::kInt64);

  const auto h = input.clone().requires_grad_(true), v = table.clone().requires_grad_(true);
  const auto whole = CrossEntropy(h, v, targets).sum();
  (whole * 0.25).backward();

  for (const int64_t chunk : {1, 2, 3, 7, 100}) {
    const LossGradients chunked = ComputeChunkedLoss(input, table, targets, chunk, 0.25, FullLoss);
    EXPECT_NEAR(chunked.loss, whole.item<double>(), 1e-4) << "chunk " << chunk;
    EXPECT_TRUE(torch::allclose(chunked.query, h.grad(), 1e-4, 1e-6)) << "chunk " << chunk;
    EXPECT_TRUE(torch::allclose(chunked.item_rows, v.grad(), 1e-4, 1e-6)) << "chunk " << chunk;
  }
}

TEST(ComputeChunkedLoss, WeighsPositions) {
  torch::manual_seed(4);
  const auto input = torch::randn({3, 4}), table = torch::randn({6, 4});
  const auto targets = torch::tensor({1, 5, 0}, torch::kInt64);
  const auto weights = torch::tensor({2.0f, 0.0f, 0.5f});
  const auto losses = CrossEntropy(input, table, targets);
  const LossGradients weighted =
      ComputeChunkedLoss(input, table, targets, 2, 1.0, FullLoss, weights);
  EXPECT_NEAR(weighted.loss, (losses * weights).sum().item<double>(), 1e-5);
  EXPECT_EQ(weighted.query[1].abs().max().item<double>(), 0.0);
}

TEST(ComputeChunkedLoss, LeavesTheGradientsOfItsArgumentsAlone) {
  const auto table = torch::randn({5, 3}).requires_grad_(true);
  const auto hidden = torch::randn({2, 3}).requires_grad_(true);
  ComputeChunkedLoss(hidden, table, torch::tensor({4, 0}, torch::kInt64), 1, 1.0, FullLoss);
  EXPECT_FALSE(table.grad().defined());
  EXPECT_FALSE(hidden.grad().defined());
}

TEST(ComputeChunkedLoss, NeverHoldsATensorOfAllPositionsTimesItems) {
  int64_t largest = 0;
  const PositionLoss probe = [&largest](const torch::Tensor& h, const torch::Tensor& v,
                                        const torch::Tensor& y) {
    largest = std::max(largest, h.size(0) * v.size(0));
    return CrossEntropy(h, v, y);
  };
  ComputeChunkedLoss(torch::randn({64, 3}), torch::randn({50, 3}),
                     torch::zeros({64}, torch::kInt64), 8, 1.0, probe);
  EXPECT_EQ(largest, 8 * 50);
}

}  // namespace
}  // namespace tsugi::train
