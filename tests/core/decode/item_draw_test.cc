#include "core/decode/item_draw.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/base/numbers.h"

namespace tsugi {
namespace {

TEST(PortableMath, AgreesWithTheMathLibrary) {
  Random random(3);
  for (int i = 0; i < 20000; ++i) {
    const double x = -699.0 + 1398.0 * random.NextUniform();
    EXPECT_NEAR(PortableExp(x) / std::exp(x), 1.0, 1e-14) << x;
    const double y = std::exp(x);
    EXPECT_NEAR(PortableLog(y), std::log(y), 1e-14 * (1.0 + std::fabs(x))) << y;
    const double near_one = 1.0 - random.NextUniform() * 1e-6;
    EXPECT_NEAR(PortableLog(near_one) / std::log(near_one), 1.0, 1e-13) << near_one;
  }
  EXPECT_EQ(PortableExp(-701.0), 0.0);
  EXPECT_EQ(PortableExp(0.0), 1.0);
  EXPECT_EQ(PortableLog(1.0), 0.0);
}

std::vector<float> RandomScores(size_t count, uint64_t seed) {
  Random random(seed);
  std::vector<float> scores(count);
  for (float& score : scores) score = static_cast<float>(12.0 * random.NextUniform() - 6.0);
  return scores;
}

uint32_t Draw(const std::vector<float>& scores, const Random& noise, double temperature = 1.0) {
  ItemDraw draw(noise, 1.0 / temperature);
  for (uint32_t i = 0; i < scores.size(); ++i) draw.Offer(i, scores[i]);
  EXPECT_FALSE(draw.empty());
  return draw.item_index();
}

TEST(ItemDraw, IsTheHighestSumOfScoreAndNoiseThatItsShortcutMustNotMiss) {
  for (uint64_t trial = 0; trial < 3000; ++trial) {
    const std::vector<float> scores = RandomScores(1 + trial % 90, trial);
    const Random noise(trial, 7);
    double best = -INFINITY;
    uint32_t expected = 0;
    for (uint32_t i = 0; i < scores.size(); ++i) {
      const double u = (static_cast<double>(noise.At(i + 1) >> 11) + 0.5) * 0x1.0p-53;
      const double value = scores[i] / 0.8 - std::log(-std::log(u));
      if (value > best) best = value, expected = i;
    }
    ASSERT_EQ(Draw(scores, noise, 0.8), expected) << trial;
  }
}

TEST(ItemDraw, FollowsTheSoftmaxAtTheTemperature) {
  const std::vector<float> scores = {1.0f, 0.0f, 2.0f, -1.0f};
  constexpr int kDraws = 40000;
  for (const double temperature : {0.5, 1.0, 3.0}) {
    double total = 0;
    for (const float score : scores) total += std::exp(score / temperature);
    std::vector<int> counts(scores.size());
    for (int i = 0; i < kDraws; ++i) {
      ++counts[Draw(scores, Random(11, static_cast<uint64_t>(i)), temperature)];
    }
    for (size_t i = 0; i < scores.size(); ++i) {
      const double p = std::exp(scores[i] / temperature) / total;
      EXPECT_NEAR(counts[i] / static_cast<double>(kDraws), p, 4 * std::sqrt(p * (1 - p) / kDraws));
    }
  }
}

TEST(ItemDraw, DoesNotDependOnTheOrderOfTheOffers) {
  const std::vector<float> scores = RandomScores(300, 2);
  for (uint64_t stream = 0; stream < 200; ++stream) {
    ItemDraw backwards(Random(5, stream), 1.0);
    for (uint32_t i = 300; i-- > 0;) backwards.Offer(i, scores[i]);
    EXPECT_EQ(backwards.item_index(), Draw(scores, Random(5, stream)));
  }
}

// What another instruction set does to scores: the last bits differ.
TEST(ItemDraw, DrawsTheSameItemFromScoresThatDifferInTheLastBits) {
  int changed = 0;
  for (uint64_t trial = 0; trial < 5000; ++trial) {
    std::vector<float> scores = RandomScores(200, trial);
    const uint32_t drawn = Draw(scores, Random(9, trial));
    Random random(trial);
    for (float& score : scores) {
      score *= 1.0f + 1e-6f * static_cast<float>(2.0 * random.NextUniform() - 1.0);
    }
    changed += drawn != Draw(scores, Random(9, trial));
  }
  EXPECT_LE(changed, 1);
}

// The very numbers, so that any build that draws otherwise is seen.
TEST(ItemDraw, OfASeedIsTheSameInEveryBuild) {
  std::vector<float> scores;
  for (int i = 0; i < 50; ++i) scores.push_back(static_cast<float>(i * 37 % 50) / 16.0f);
  std::vector<uint32_t> drawn;
  for (uint64_t step = 0; step < 12; ++step) drawn.push_back(Draw(scores, Random(1, step)));
  EXPECT_EQ(drawn, (std::vector<uint32_t>{26, 37, 48, 39, 5, 39, 35, 24, 27, 16, 29, 26}));
}

TEST(NucleusSize, IsTheSmallestPrefixThatHoldsTheProbability) {
  // Weights 8, 4, 2, 1, 1 of 16.
  const auto score = [](double weight) { return static_cast<float>(std::log(weight)); };
  const std::vector<ScoredItem> ranking = {
      {4, score(8)}, {2, score(4)}, {0, score(2)}, {1, score(1)}, {3, score(1)}};
  const std::vector<float> scores = {score(2), score(1), score(4), score(1), score(8)};
  const std::vector<uint64_t> none = {0}, without_first = {uint64_t{1} << 4};
  const double total = SoftmaxTotal(scores, none, ranking[0].score, 1.0);
  EXPECT_NEAR(total, 2.0, 1e-6);
  EXPECT_NEAR(SoftmaxTotal(scores, without_first, score(4), 1.0), 2.0, 1e-6);
  const std::pair<double, size_t> rows[] = {{0.01, 1}, {0.49, 1}, {0.51, 2}, {0.74, 2},
                                            {0.76, 3}, {0.9, 4},  {0.95, 5}};
  for (const auto& [top_p, size] : rows) {
    EXPECT_EQ(NucleusSize(ranking, total, 1.0, top_p), size) << top_p;
  }
  EXPECT_EQ(NucleusSize(std::span(ranking).first(2), total, 1.0, 0.9), 3u) << "not in the prefix";
}

}  // namespace
}  // namespace tsugi
