#include "native/train/item_loss.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/random.h"

namespace tsugi::train {
namespace {

// D = 1, hidden 1, so that an item's score is its row.
torch::Tensor Rows(std::vector<float> scores) {
  const auto count = static_cast<int64_t>(scores.size());
  return torch::tensor(scores).view({count, 1});
}
torch::Tensor One() { return torch::ones({1, 1}); }
torch::Tensor Target(int64_t item) { return torch::tensor({item}, torch::kInt64); }

TEST(CrossEntropy, IsTheNegativeLogSoftmaxOfTheTarget) {
  const double partition = std::exp(0.5) + std::exp(-1.0) + std::exp(2.0);
  EXPECT_NEAR(CrossEntropy(One(), Rows({0.5f, -1.0f, 2.0f}), Target(2)).item<double>(),
              -2.0 + std::log(partition), 1e-6);
}

TEST(CrossEntropy, IsOfEachPosition) {
  const auto rows = Rows({0.5f, -1.0f, 2.0f});
  const auto two =
      CrossEntropy(torch::ones({2, 1}), rows, torch::tensor({0, 2}, torch::kInt64)).sum();
  const auto separate = CrossEntropy(One(), rows, Target(0)) + CrossEntropy(One(), rows, Target(2));
  EXPECT_NEAR(two.item<double>(), separate.item<double>(), 1e-6);
}

TEST(SampledSoftmax, MatchesAHandWorkedBatchWithoutCorrection) {
  const SharedNegatives negatives{torch::tensor({0, 1}, torch::kInt64), {}};
  const double partition = std::exp(2.0) + std::exp(0.5) + std::exp(-1.0);
  EXPECT_NEAR(SampledSoftmax(One(), Rows({0.5f, -1.0f, 2.0f}), Target(2), negatives).item<double>(),
              -2.0 + std::log(partition), 1e-6);
}

TEST(SampledSoftmax, MasksANegativeThatIsTheTarget) {
  const SharedNegatives with_hit{torch::tensor({0, 2}, torch::kInt64), {}};
  const double partition = std::exp(2.0) + std::exp(0.5);
  EXPECT_NEAR(SampledSoftmax(One(), Rows({0.5f, -1.0f, 2.0f}), Target(2), with_hit).item<double>(),
              -2.0 + std::log(partition), 1e-6);
}

TEST(SampledSoftmax, CorrectedPartitionIsUnbiasedUnderASkewedProposal) {
  // Negatives from q over all items, the target masked: E[sum_j e^{s_j} / (K q_j)] is the sum of
  // e^{s_i} over the other items, whatever q is.
  const std::vector<double> scores = {0.3, -0.7, 1.1, 0.0, 0.9};
  const std::vector<double> q = {0.5, 0.2, 0.1, 0.1, 0.1};
  const int64_t count = 4;
  double exact = 0.0;
  for (const double s : scores) exact += std::exp(s);
  const auto rows = Rows({0.3f, -0.7f, 1.1f, 0.0f, 0.9f});
  Random random(7);
  double sum = 0.0;
  const int draws = 4000;
  for (int draw = 0; draw < draws; ++draw) {
    SharedNegatives negatives{torch::empty({count}, torch::kInt64), torch::empty({count})};
    for (int64_t j = 0; j < count; ++j) {
      double at = random.NextUniform();
      int64_t item = 0;
      while (item < 4 && at >= q[item]) at -= q[item++];
      negatives.items[j] = item;
      negatives.log_expected[j] = std::log(static_cast<double>(count) * q[item]);
    }
    const double loss = SampledSoftmax(One(), rows, Target(2), negatives).item<double>();
    sum += std::exp(loss + scores[2]);  // the partition estimate of this draw
  }
  EXPECT_NEAR(sum / draws, exact, 0.03 * exact);
}

TEST(GeneralisedBce, WithZeroCalibrationIsBinaryCrossEntropy) {
  const auto negatives = torch::tensor({0, 1}, torch::kInt64);
  const auto sigmoid = [](double x) { return 1.0 / (1.0 + std::exp(-x)); };
  const double expected =
      -(std::log(sigmoid(2.0)) + std::log(1 - sigmoid(0.5)) + std::log(1 - sigmoid(-1.0))) / 3.0;
  EXPECT_NEAR(GeneralisedBce(One(), Rows({0.5f, -1.0f, 2.0f, 0.0f}), Target(2), negatives, 0.0)
                  .item<double>(),
              expected, 1e-6);
}

TEST(GeneralisedBce, MasksANegativeThatIsTheTarget) {
  const auto rows = Rows({0.5f, -1.0f, 2.0f, 0.0f});
  const auto hit = torch::tensor({0, 2}, torch::kInt64);
  const double expected = (std::log1p(std::exp(-2.0)) + std::log1p(std::exp(0.5))) / 3.0;
  EXPECT_NEAR(GeneralisedBce(One(), rows, Target(2), hit, 0.0).item<double>(), expected, 1e-6);
}

TEST(GbceBeta, IsOneWithoutCalibrationAndTheSamplingRateWithFullCalibration) {
  EXPECT_NEAR(GbceBeta(256, 12101, 0.0), 1.0, 1e-12);
  EXPECT_NEAR(GbceBeta(256, 12101, 1.0), 256.0 / 12100.0, 1e-12);
}

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
