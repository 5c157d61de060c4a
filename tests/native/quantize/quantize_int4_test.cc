#include "native/quantize/quantize_int4.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

#include "core/base/tensor_view.h"
#include "model_format/int4_rows.h"
#include "native/quantize/quantize_rows.h"
#include "tests/native/quantize/normal_values.h"

namespace tsugi {
namespace {

struct Quantized {
  std::vector<uint8_t> packed;
  std::vector<int8_t> rows;
  std::vector<float> scales;
};

Quantized QuantizeMatrix(const std::vector<float>& weights, uint64_t columns) {
  const size_t rows = weights.size() / columns;
  Quantized result{std::vector<uint8_t>(rows * Int4RowBytes(columns)),
                   std::vector<int8_t>(weights.size()), std::vector<float>(rows)};
  QuantizeInt4Rows(weights, columns, result.packed, result.rows, result.scales);
  return result;
}

TEST(QuantizeInt4Rows, SayExactlyWhatFourBitsCan) {
  const Quantized positive = QuantizeMatrix({-8, 7, 0, 3, -1}, 5);
  const Quantized negative = QuantizeMatrix({8, -7, 0, 3, -1}, 5);
  for (const auto& [result, weights] : {std::pair(positive, std::vector<float>{-8, 7, 0, 3, -1}),
                                        std::pair(negative, std::vector<float>{8, -7, 0, 3, -1})}) {
    for (size_t c = 0; c < weights.size(); ++c) {
      EXPECT_NEAR(static_cast<float>(result.rows[c]) * result.scales[0], weights[c], 0.04) << c;
    }
  }
}

TEST(QuantizeInt4Rows, GiveTheRowsThatThePackedOnesExpandTo) {
  for (const uint64_t columns : {1, 2, 31, 32, 33, 64, 100}) {
    const Quantized result = QuantizeMatrix(NormalValues(20 * columns, columns), columns);
    std::vector<int8_t> expanded(result.rows.size());
    ExpandInt4Rows(result.packed, columns, expanded);
    EXPECT_EQ(expanded, result.rows) << columns;
  }
}

// 4 bits of a normal distribution: an ideal uniform quantiser of 16 levels reaches 20.2 dB.
TEST(QuantizeInt4Rows, AreNearForNormalWeights) {
  const std::vector<float> weights = NormalValues(64000, 3);
  const Quantized result = QuantizeMatrix(weights, 64);
  const double sqnr_db = MeasureError(weights, 64, result.rows, result.scales).sqnr_db;
  EXPECT_GT(sqnr_db, 20.5);
  EXPECT_LT(sqnr_db, 24.0);
}

TEST(QuantizeInt4Rows, GiveASmallBlockBesideALargeOneItsOwnStep) {
  std::vector<float> weights = NormalValues(64, 4);
  for (size_t c = 32; c < 64; ++c) weights[c] /= 4;
  const Quantized result = QuantizeMatrix(weights, 64);
  double noise = 0, signal = 0;
  for (size_t c = 32; c < 64; ++c) {
    const double difference = weights[c] - static_cast<double>(result.rows[c]) * result.scales[0];
    noise += difference * difference;
    signal += weights[c] * weights[c];
  }
  EXPECT_LT(noise, 0.02 * signal);
}

TEST(QuantizeInt4Rows, KeepZerosAndExtremesFinite) {
  constexpr float kMax = std::numeric_limits<float>::max();
  const Quantized result = QuantizeMatrix({0, 0, -0.0f, 1e-38f, kMax, -kMax, 1e-29f, -1e-29f}, 2);
  EXPECT_EQ(result.scales[0], kZeroRowScale);
  for (const float scale : result.scales) EXPECT_TRUE(std::isfinite(scale) && scale > 0) << scale;
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(result.rows[i], 0) << i;
  for (size_t i = 4; i < 8; ++i) EXPECT_GE(std::abs(result.rows[i]), 90) << i;
}

}  // namespace
}  // namespace tsugi
