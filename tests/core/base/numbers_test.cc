#include "core/base/numbers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

namespace tsugi {
namespace {

TEST(SaturatingCast, IsTheWholePartWhereItFits) {
  EXPECT_EQ(SaturatingCast<int8_t>(-1.9f), -1);
  EXPECT_EQ(SaturatingCast<int8_t>(126.9f), 126);
  EXPECT_EQ(SaturatingCast<int64_t>(-3e15), -3'000'000'000'000'000);
}

TEST(SaturatingCast, IsTheNearestLimitElsewhereAnd0ForNan) {
  EXPECT_EQ(SaturatingCast<int8_t>(128.0f), 127);
  EXPECT_EQ(SaturatingCast<int8_t>(-INFINITY), -128);
  EXPECT_EQ(SaturatingCast<uint8_t>(-1.0f), 0);
  EXPECT_EQ(SaturatingCast<uint32_t>(1e30f), UINT32_MAX);
  EXPECT_EQ(SaturatingCast<int32_t>(2147483648.0f), INT32_MAX);
  EXPECT_EQ(SaturatingCast<int64_t>(9223372036854775808.0), INT64_MAX);
  EXPECT_EQ(SaturatingCast<int64_t>(-1e300), INT64_MIN);
  EXPECT_EQ(SaturatingCast<int16_t>(NAN), 0);
  EXPECT_EQ(SaturatingCast<int>(static_cast<double>(NAN)), 0);
}

TEST(CheckFinite, RefusesInfinityAndNan) {
  EXPECT_TRUE(CheckFinite({}).ok());
  EXPECT_TRUE(CheckFinite(std::vector<float>{0, -3e38f}).ok());
  for (const float bad : {INFINITY, -INFINITY, NAN}) {
    EXPECT_EQ(CheckFinite(std::vector<float>{1, bad}).code(), StatusCode::kInternal);
  }
}

TEST(PortableExp, IsDefinedForEveryNumber) {
  EXPECT_EQ(PortableExp(NAN), 0.0);
  EXPECT_EQ(PortableExp(-INFINITY), 0.0);
  EXPECT_EQ(PortableExp(INFINITY), PortableExp(700.0));
}

}  // namespace
}  // namespace tsugi
