#include "native/studies/scaling_fit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace tsugi {
namespace {

const std::vector<double> kSizes = {2e4, 1e5, 4e5, 1.6e6, 6.4e6};

std::vector<double> ValuesOf(const OffsetPowerLaw& law) {
  std::vector<double> values;
  for (const double size : kSizes) values.push_back(law.At(size));
  return values;
}

TEST(OffsetPowerLaw, IsFoundAgainFromItsPoints) {
  for (const double exponent : {0.1, 0.5, 1.3}) {
    const OffsetPowerLaw truth{0.31, 50.0, exponent, 0.0, true};
    const OffsetPowerLaw found = FitOffsetPowerLaw(kSizes, ValuesOf(truth));
    EXPECT_NEAR(found.exponent, exponent, 0.01 * exponent);
    EXPECT_NEAR(found.ceiling, 0.31, 0.005);
    EXPECT_NEAR(std::log(found.scale), std::log(50.0), 0.2);
    EXPECT_LT(found.rmse, 1e-5);
    EXPECT_TRUE(found.is_found);
  }
}

TEST(OffsetPowerLaw, BeatsTheLogLinearLawWhereQualitySaturatesOnly) {
  const std::vector<double> bent = ValuesOf({0.2, 1000.0, 0.8, 0.0, true});
  EXPECT_LT(FitOffsetPowerLaw(kSizes, bent).rmse, 0.1 * FitLogLinear(kSizes, bent).rmse);
  std::vector<double> straight;
  for (const double size : kSizes) straight.push_back(0.05 + 0.01 * std::log(size));
  const LogLinearLaw line = FitLogLinear(kSizes, straight);
  EXPECT_NEAR(line.intercept, 0.05, 1e-9);
  EXPECT_NEAR(line.slope, 0.01, 1e-9);
  EXPECT_LT(line.rmse, 1e-9);
  EXPECT_FALSE(FitOffsetPowerLaw(kSizes, straight).is_found);  // it never bends
}

TEST(OffsetPowerLaw, OfAFallingQualityIsFlat) {
  const std::vector<double> falling = {0.30, 0.28, 0.27, 0.25, 0.24};
  const OffsetPowerLaw law = FitOffsetPowerLaw(kSizes, falling);
  EXPECT_TRUE(std::isfinite(law.ceiling) && std::isfinite(law.scale) && std::isfinite(law.rmse));
  EXPECT_GE(law.At(6.4e6), law.At(2e4) - 1e-9);
}

}  // namespace
}  // namespace tsugi
