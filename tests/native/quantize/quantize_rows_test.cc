#include "native/quantize/quantize_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

#include "core/base/random.h"
#include "core/base/tensor_view.h"
#include "model_format/int4_rows.h"

namespace tsugi {
namespace {

/// Sums of uniform draws: close to a normal distribution of variance 1.
std::vector<float> NormalValues(size_t count, uint64_t seed) {
  Random random(seed);
  std::vector<float> values(count);
  for (float& value : values) {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += random.NextUniform();
    value = static_cast<float>(sum);
  }
  return values;
}

struct Quantized {
  std::vector<int8_t> values;
  std::vector<float> scales;
};

Quantized QuantizeMatrix(const std::vector<float>& weights, uint64_t columns) {
  Quantized result{std::vector<int8_t>(weights.size()),
                   std::vector<float>(weights.size() / columns)};
  QuantizeRows(weights, columns, result.values, result.scales);
  return result;
}

TEST(QuantizeRows, RepresentsMultiplesOfTheScaleExactly) {
  const std::vector<float> weights = {127, -127, 64, 0, -1, 0.5, -0.25, 0.125, 0, 63.5};
  const Quantized result = QuantizeMatrix(weights, 5);
  EXPECT_EQ(result.scales[0], 1.0f);
  EXPECT_EQ(std::vector<int8_t>(result.values.begin(), result.values.begin() + 5),
            (std::vector<int8_t>{127, -127, 64, 0, -1}));
  EXPECT_EQ(MeasureError(std::span(weights).first(5), 5, std::span(result.values).first(5),
                         std::span(result.scales).first(1))
                .sqnr_db,
            std::numeric_limits<double>::infinity());
}

TEST(QuantizeRows, GivesEachRowItsOwnScale) {
  const Quantized result = QuantizeMatrix({1, -1, 1000, -1000}, 2);
  EXPECT_NEAR(result.scales[0] * result.values[0], 1.0, 1e-6);
  EXPECT_NEAR(result.scales[1] * result.values[2], 1000.0, 1e-3);
  EXPECT_EQ(result.values[0], -result.values[1]);
}

TEST(QuantizeRows, GivesARowOfZerosAPositiveScale) {
  const Quantized result = QuantizeMatrix({0, 0, -0.0f, 1e-38f, 0, 0}, 3);
  for (const float scale : result.scales) EXPECT_EQ(scale, kZeroRowScale);
  for (const int8_t value : result.values) EXPECT_EQ(value, 0);
}

TEST(QuantizeRows, KeepsExtremeRowsFiniteAndInRange) {
  constexpr float kMax = std::numeric_limits<float>::max();
  const Quantized result = QuantizeMatrix({kMax, -kMax, 1e-29f, -1e-29f}, 2);
  for (const float scale : result.scales) EXPECT_TRUE(std::isfinite(scale) && scale > 0) << scale;
  for (const int8_t value : result.values) EXPECT_GE(std::abs(value), 100);
}

TEST(QuantizeRows, NeverUsesMinus128) {
  const std::vector<float> weights = NormalValues(100000, 1);
  const Quantized result = QuantizeMatrix(weights, 50);
  EXPECT_EQ(*std::ranges::min_element(result.values), -127);
}

TEST(QuantizeRows, IsNeverWorseThanTheScaleOfTheMaximumAndBetterOnAverage) {
  constexpr uint64_t kColumns = 64;
  const std::vector<float> weights = NormalValues(1000 * kColumns, 2);
  const Quantized searched = QuantizeMatrix(weights, kColumns);
  double searched_sum = 0;
  double plain_sum = 0;
  for (size_t r = 0; r < searched.scales.size(); ++r) {
    const auto row = std::span(weights).subspan(r * kColumns, kColumns);
    float maximum = 0;
    for (const float w : row) maximum = std::max(maximum, std::fabs(w));
    const std::vector<float> scale = {maximum / 127};
    std::vector<int8_t> plain(kColumns);
    for (size_t c = 0; c < kColumns; ++c) {
      plain[c] = static_cast<int8_t>(std::nearbyint(row[c] / scale[0]));
    }
    const double p = MeasureError(row, kColumns, plain, scale).rms_relative;
    const double s =
        MeasureError(row, kColumns, std::span(searched.values).subspan(r * kColumns, kColumns),
                     std::span(searched.scales).subspan(r, 1))
            .rms_relative;
    EXPECT_LE(s, p * 1.0001) << r;
    searched_sum += s * s;
    plain_sum += p * p;
  }
  RecordProperty("noise_percent_of_plain", static_cast<int>(100 * searched_sum / plain_sum));
  EXPECT_LT(searched_sum, 0.9 * plain_sum);
  EXPECT_GT(MeasureError(weights, kColumns, searched.values, searched.scales).sqnr_db, 42);
}

// By hand: scale 1, q = {2, 100}, so the differences are 0.5 and 0.
TEST(MeasureError, AgreesWithAHandWorkedRow) {
  const std::vector<float> weights = {2.5f, 100.0f};
  const std::vector<int8_t> q = {2, 100};
  const std::vector<float> scales = {1.0f};
  const QuantizationError error = MeasureError(weights, 2, q, scales);
  EXPECT_DOUBLE_EQ(error.max_absolute, 0.5);
  EXPECT_NEAR(error.rms_relative, 0.5 / std::sqrt(10006.25), 1e-12);
  EXPECT_NEAR(error.sqnr_db, 10 * std::log10(10006.25 / 0.25), 1e-9);
}

struct Int4Matrix {
  std::vector<uint8_t> packed;
  std::vector<int8_t> rows;
  std::vector<float> scales;
};

Int4Matrix QuantizeToInt4(const std::vector<float>& weights, uint64_t columns) {
  const size_t rows = weights.size() / columns;
  Int4Matrix result{std::vector<uint8_t>(rows * Int4RowBytes(columns)),
                    std::vector<int8_t>(weights.size()), std::vector<float>(rows)};
  QuantizeInt4Rows(weights, columns, result.packed, result.rows, result.scales);
  return result;
}

TEST(QuantizeInt4Rows, SayExactlyWhatFourBitsCan) {
  const Int4Matrix positive = QuantizeToInt4({-8, 7, 0, 3, -1}, 5);
  const Int4Matrix negative = QuantizeToInt4({8, -7, 0, 3, -1}, 5);
  for (const auto& [result, weights] : {std::pair(positive, std::vector<float>{-8, 7, 0, 3, -1}),
                                        std::pair(negative, std::vector<float>{8, -7, 0, 3, -1})}) {
    for (size_t c = 0; c < weights.size(); ++c) {
      EXPECT_NEAR(static_cast<float>(result.rows[c]) * result.scales[0], weights[c], 0.04) << c;
    }
  }
}

TEST(QuantizeInt4Rows, GiveTheRowsThatThePackedOnesExpandTo) {
  for (const uint64_t columns : {1, 2, 31, 32, 33, 64, 100}) {
    const Int4Matrix result = QuantizeToInt4(NormalValues(20 * columns, columns), columns);
    std::vector<int8_t> expanded(result.rows.size());
    ExpandInt4Rows(result.packed, columns, expanded);
    EXPECT_EQ(expanded, result.rows) << columns;
  }
}

// 4 bits of a normal distribution: an ideal uniform quantiser of 16 levels reaches 20.2 dB.
TEST(QuantizeInt4Rows, AreNearForNormalWeights) {
  const std::vector<float> weights = NormalValues(64000, 3);
  const Int4Matrix result = QuantizeToInt4(weights, 64);
  const double sqnr_db = MeasureError(weights, 64, result.rows, result.scales).sqnr_db;
  EXPECT_GT(sqnr_db, 20.5);
  EXPECT_LT(sqnr_db, 24.0);
}

TEST(QuantizeInt4Rows, GiveASmallBlockBesideALargeOneItsOwnStep) {
  std::vector<float> weights = NormalValues(64, 4);
  for (size_t c = 32; c < 64; ++c) weights[c] /= 4;
  const Int4Matrix result = QuantizeToInt4(weights, 64);
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
  const Int4Matrix result = QuantizeToInt4({0, 0, -0.0f, 1e-38f, kMax, -kMax, 1e-29f, -1e-29f}, 2);
  EXPECT_EQ(result.scales[0], kZeroRowScale);
  for (const float scale : result.scales) EXPECT_TRUE(std::isfinite(scale) && scale > 0) << scale;
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(result.rows[i], 0) << i;
  for (size_t i = 4; i < 8; ++i) EXPECT_GE(std::abs(result.rows[i]), 90) << i;
}

}  // namespace
}  // namespace tsugi
