#include "core/parts/imagine/noise_schedule.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tsugi {
namespace {

TEST(PortableSinCos, IsThatOfTheMathLibrary) {
  for (double x = -2000.0; x < 2000.0; x += 0.37) {
    EXPECT_NEAR(PortableSinCos(x).sin, std::sin(x), 1e-12) << x;
    EXPECT_NEAR(PortableSinCos(x).cos, std::cos(x), 1e-12) << x;
  }
}

TEST(NoiseSchedule, FollowsTheSquaredCosineAndNeverReachesZero) {
  const auto f = [](double u) { return std::pow(std::cos((u + 0.008) / 1.008 * M_PI / 2), 2); };
  EXPECT_NEAR(AlphaBar(0), f(0.001) / f(0.0), 1e-12);
  EXPECT_NEAR(AlphaBar(499), f(0.5) / f(0.0), 1e-12);
  EXPECT_EQ(AlphaBar(kNoiseSteps - 1), 1e-5);
  for (uint32_t t = 1; t < kNoiseSteps; ++t) EXPECT_LE(AlphaBar(t), AlphaBar(t - 1));
}

TEST(NoiseSchedule, SamplesFromTheNoisiestStepDownEvenly) {
  EXPECT_EQ(SampledStep(0, 1), 999u);
  EXPECT_EQ(SampledStep(0, 4), 999u);
  EXPECT_EQ(SampledStep(1, 4), 749u);
  EXPECT_EQ(SampledStep(3, 4), 249u);
  for (uint32_t i = 0; i < kNoiseSteps; ++i) EXPECT_EQ(SampledStep(i, kNoiseSteps), 999u - i);
}

TEST(NormalPair, HasTheMomentsOfANormalDistribution) {
  const Random random(7);
  double sum = 0.0, squares = 0.0, products = 0.0;
  constexpr int kPairs = 20000;
  for (int i = 1; i <= kPairs; ++i) {
    const SinCos pair = NormalPair(random, static_cast<uint64_t>(i));
    sum += pair.sin + pair.cos;
    squares += pair.sin * pair.sin + pair.cos * pair.cos;
    products += pair.sin * pair.cos;
  }
  EXPECT_NEAR(sum / (2 * kPairs), 0.0, 0.02);
  EXPECT_NEAR(squares / (2 * kPairs), 1.0, 0.02);
  EXPECT_NEAR(products / kPairs, 0.0, 0.02);
}

}  // namespace
}  // namespace tsugi
