#include "native/eval/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tsugi {
namespace {

using Strings = std::vector<std::string>;
using Means = std::vector<double>;

TargetRank Rank(const std::vector<float>& scores, uint32_t target,
                const std::vector<uint32_t>& left_out = {}) {
  return ComputeRank(std::span<const float>(scores), target, left_out);
}

TEST(ComputeRank, CountsBetterScores) {
  const std::vector<float> scores{0.1f, 0.9f, -3.0f, 0.5f};
  EXPECT_EQ(Rank(scores, 1).rank, 1u);
  EXPECT_EQ(Rank(scores, 3).rank, 2u);
  EXPECT_EQ(Rank(scores, 0).rank, 3u);
  EXPECT_EQ(Rank(scores, 2).rank, 4u);
  EXPECT_EQ(Rank(scores, 2).tied_from, 0u);
}

TEST(ComputeRank, OrdersEqualScoresByItemIndex) {
  const std::vector<float> scores{3, 5, 3, 3};
  EXPECT_EQ(Rank(scores, 0).rank, 2u);
  EXPECT_EQ(Rank(scores, 2).rank, 3u);
  EXPECT_EQ(Rank(scores, 3).rank, 4u);
  EXPECT_EQ(Rank(scores, 3).tied_from, 2u);
}

TEST(ComputeRank, SkipsLeftOutItemsInFrontOfTheTarget) {
  const std::vector<float> scores{9, 5, 5, 5, 7};
  EXPECT_EQ(Rank(scores, 2, {0}).rank, 3u);
  EXPECT_EQ(Rank(scores, 2, {0, 1}).rank, 2u);
  EXPECT_EQ(Rank(scores, 2, {0, 1, 4}).rank, 1u);
  EXPECT_EQ(Rank(scores, 2, {0, 1, 3, 4}).tied_from, 0u);
}

TEST(ComputeRank, CountsALeftOutTargetAsAMiss) { EXPECT_EQ(Rank({9, 5}, 0, {0}).rank, 0u); }

TEST(ComputeRank, RanksBrokenScoresLast) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_GE(Rank({1, nan, 2}, 1).rank, 3u);
  EXPECT_EQ(Rank({1, nan, nan}, 0).rank, 3u);
}

TEST(ComputeRank, AppliesTiesLeftOutItemsAndNanTogether) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> scores{9, 5, 5, nan, 5};
  EXPECT_EQ(Rank(scores, 2).rank, 4u);          // 9, NaN and the equal item 1 stand before it
  EXPECT_EQ(Rank(scores, 2, {0, 3}).rank, 2u);  // only the equal item 1
  EXPECT_EQ(Rank(scores, 2, {0, 1, 3}).rank, 1u);
  EXPECT_EQ(Rank(scores, 2, {2, 3}).rank, 0u);
  EXPECT_EQ(Rank(scores, 3).rank, 5u);
  EXPECT_EQ(Rank(scores, 3, {0, 1}).rank, 3u);
  EXPECT_EQ(Rank(scores, 3, {3}).rank, 0u);
  // A model whose every score is NaN has every target last.
  for (uint32_t target = 0; target < 3; ++target) EXPECT_EQ(Rank({nan, nan, nan}, target).rank, 3u);
}

TEST(ComputeRank, AgreesForDoubleScores) {
  const std::vector<double> scores{1.0, 1.0 + 1e-12, 0.0};
  EXPECT_EQ(ComputeRank(std::span<const double>(scores), 0, {}).rank, 2u);
}

TEST(AreaUnderCurve, CountsPairsInTheRightOrder) {
  const auto auc = [](const std::vector<float>& scores, const std::vector<uint8_t>& is_positive) {
    return AreaUnderCurve(scores, is_positive);
  };
  EXPECT_EQ(auc({3, 2, 1}, {1, 0, 0}), 1.0);
  EXPECT_EQ(auc({1, 2, 3}, {1, 0, 0}), 0.0);
  EXPECT_EQ(auc({2, 2, 1}, {1, 0, 0}), 0.75);
  EXPECT_EQ(auc({2, 1}, {1, 1}), 0.5);
  EXPECT_EQ(auc({}, {}), 0.5);
}

TEST(Metrics, MatchHandWorkedValues) {
  EXPECT_EQ(RecallAt(5, 5), 1.0);
  EXPECT_EQ(RecallAt(6, 5), 0.0);
  EXPECT_EQ(RecallAt(0, 5), 0.0);
  EXPECT_EQ(NdcgAt(1, 10), 1.0);
  EXPECT_DOUBLE_EQ(NdcgAt(3, 10), 0.5);  // 1 / log2(4)
  EXPECT_EQ(NdcgAt(11, 10), 0.0);
  EXPECT_EQ(NdcgAt(0, 10), 0.0);
  EXPECT_DOUBLE_EQ(ReciprocalRank(4), 0.25);
  EXPECT_EQ(ReciprocalRank(0), 0.0);
  EXPECT_DOUBLE_EQ(ReciprocalRankAt(20, 20), 0.05);
  EXPECT_EQ(ReciprocalRankAt(21, 20), 0.0);
}

TEST(Metrics, AreNamedAsTheReportPromises) {
  const std::vector<uint32_t> ks{5, 10};
  std::vector<std::string> names;
  for (const Metric& metric : BuildMetrics(ks, true)) names.push_back(metric.name);
  EXPECT_EQ(names,
            (Strings{"recall@5", "ndcg@5", "recall@10", "ndcg@10", "mrr", "p@20", "mrr@20"}));
  EXPECT_EQ(BuildMetrics(ks, false).size(), 5u);
}

TEST(Metrics, AverageOverCasesAndStateSessionsInPercent) {
  // Ranks 1, 3, 25 and a miss.
  const std::vector<TargetRank> ranks{{1, 0}, {3, 0}, {25, 0}, {0, 0}};
  const std::vector<uint32_t> ks{2};
  const auto means = ComputeMeans(BuildMetrics(ks, true), ranks);
  ASSERT_EQ(means.size(), 5u);
  EXPECT_DOUBLE_EQ(means[0], 0.25);
  EXPECT_DOUBLE_EQ(means[1], 0.25);
  EXPECT_DOUBLE_EQ(means[2], (1.0 + 1.0 / 3 + 1.0 / 25) / 4);
  EXPECT_DOUBLE_EQ(means[3], 50.0);
  EXPECT_DOUBLE_EQ(means[4], 100.0 * (1.0 + 1.0 / 3) / 4);
}

TEST(Metrics, AreZeroWithoutCases) {
  const std::vector<uint32_t> ks{1};
  EXPECT_EQ(ComputeMeans(BuildMetrics(ks, false), {}), (Means{0.0, 0.0, 0.0}));
}

TEST(Metrics, CountOnlyTiesThatTouchTheTopK) {
  const std::vector<TargetRank> ranks{{1, 0}, {12, 10}, {12, 11}, {3, 3}};
  EXPECT_EQ(CountTies(ranks, 10), 2u);
  EXPECT_EQ(CountTies(ranks, 2), 0u);
}

TEST(ListMetrics, CountHitsAndDiscountThemAgainstTheIdeal) {
  std::vector<uint32_t> list(20);
  for (uint32_t i = 0; i < 20; ++i) list[i] = 100 + i;
  const uint32_t targets[] = {7, 100, 112};  // ranks 1 and 13
  double metrics[kListMetrics];
  ComputeListMetrics(list, targets, metrics);
  const double ideal = 1.0 + 1.0 / std::log2(3.0) + 1.0 / std::log2(4.0);
  EXPECT_NEAR(metrics[0], 1.0 / 3.0, 1e-12);
  EXPECT_NEAR(metrics[1], 1.0 / ideal, 1e-12);
  EXPECT_NEAR(metrics[2], 2.0 / 3.0, 1e-12);
  EXPECT_NEAR(metrics[3], (1.0 + 1.0 / std::log2(14.0)) / ideal, 1e-12);
}

TEST(ListMetrics, APerfectListOfAShortCatalogueIsOne) {
  const uint32_t list[] = {4, 2}, targets[] = {2, 4};
  double metrics[kListMetrics];
  ComputeListMetrics(list, targets, metrics);
  for (const double metric : metrics) EXPECT_EQ(metric, 1.0);
}

}  // namespace
}  // namespace tsugi
