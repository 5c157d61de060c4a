#include "native/quantised_codes/product_quantizer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/random.h"
#include "native/quantize/kmeans.h"

namespace tsugi {
namespace {

double Gaussian(Random& random) {
  return std::sqrt(-2 * std::log(1 - random.NextUniform())) *
         std::cos(6.283185307 * random.NextUniform());
}

std::vector<float> GaussianPoints(size_t count, size_t width, uint64_t seed) {
  Random random(seed);
  std::vector<float> points(count * width);
  for (float& v : points) v = static_cast<float>(Gaussian(random));
  return points;
}

// Mean of <error, x / |x|>^2 and of |error|^2.
std::pair<double, double> Errors(const ProductQuantizer& quantizer,
                                 const std::vector<float>& points, size_t width) {
  std::vector<uint8_t> codes(quantizer.code_count());
  const size_t part = width / codes.size(), count = points.size() / width;
  double parallel = 0, square = 0;
  for (size_t i = 0; i < count; ++i) {
    const float* x = points.data() + i * width;
    quantizer.Encode(x, codes);
    double dot = 0, length = 0;
    for (size_t d = 0; d < width; ++d) {
      const double error = x[d] - quantizer.codeword(d / part, codes[d / part])[d % part];
      dot += error * x[d];
      length += static_cast<double>(x[d]) * x[d];
      square += error * error;
    }
    parallel += dot * dot / length;
  }
  return {parallel / static_cast<double>(count), square / static_cast<double>(count)};
}

TEST(FindCentres, FindsWellSeparatedGroups) {
  std::vector<float> points;
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    points.push_back(static_cast<float>(10 * (i % 3) + 0.1 * Gaussian(random)));
    points.push_back(static_cast<float>(-5 * (i % 3)));
  }
  auto centres = FindCentres({points, 2}, 3, 20, 7);
  std::vector<std::pair<float, float>> found;
  for (size_t c = 0; c < 3; ++c) found.emplace_back(centres[2 * c], centres[2 * c + 1]);
  std::sort(found.begin(), found.end());
  for (size_t c = 0; c < 3; ++c) {
    EXPECT_NEAR(found[c].first, 10.0f * static_cast<float>(c), 0.05);
    EXPECT_NEAR(found[c].second, -5.0f * static_cast<float>(c), 1e-5);
  }
}

TEST(FindCentres, ManagesFewerPointsThanCentres) {
  const std::vector<float> points = {1, 1, 2};
  const auto centres = FindCentres({points, 1}, 16, 10, 1);
  ASSERT_EQ(centres.size(), 16u);
  EXPECT_NE(std::find(centres.begin(), centres.end(), 2.0f), centres.end());
  for (const float c : centres) EXPECT_TRUE(c == 1.0f || c == 2.0f) << c;
}

TEST(FindCentres, TheSameSeedGivesTheSameCentres) {
  const auto points = GaussianPoints(500, 4, 2);
  EXPECT_EQ(FindCentres({points, 4}, 16, 10, 3), FindCentres({points, 4}, 16, 10, 3));
  EXPECT_NE(FindCentres({points, 4}, 16, 10, 3), FindCentres({points, 4}, 16, 10, 4));
}

// Variance 9 along (.6, .8), 1 across.
TEST(PrincipalAxes, HandWorkedEllipse) {
  std::vector<float> points;
  Random random(3);
  for (int i = 0; i < 20000; ++i) {
    const double a = 3 * Gaussian(random), b = Gaussian(random);
    points.push_back(static_cast<float>(100 + 0.6 * a - 0.8 * b));  // the mean does not matter
    points.push_back(static_cast<float>(0.8 * a + 0.6 * b));
  }
  const auto axes = FindPrincipalAxes({points, 2});
  EXPECT_NEAR(axes.variances[0], 9.0, 0.3);
  EXPECT_NEAR(axes.variances[1], 1.0, 0.05);
  EXPECT_NEAR(std::fabs(axes.axes[0] * 0.6 + axes.axes[1] * 0.8), 1.0, 1e-3);
}

TEST(PrincipalAxes, TheBalancedRotationIsOrthogonalAndSharesTheVarianceOut) {
  auto points = GaussianPoints(4000, 8, 4);
  for (size_t i = 0; i < points.size(); ++i) {
    points[i] *= static_cast<float>(std::pow(2.0, -static_cast<double>(i % 8)));
  }
  const auto axes = FindPrincipalAxes({points, 8});
  const auto rotation = BalancedRotation(axes, 2);
  for (size_t a = 0; a < 8; ++a) {
    for (size_t b = 0; b < 8; ++b) {
      double dot = 0;
      for (size_t d = 0; d < 8; ++d) dot += rotation[a * 8 + d] * rotation[b * 8 + d];
      EXPECT_NEAR(dot, a == b ? 1.0 : 0.0, 1e-5);
    }
  }
  // Standard deviations 1 .. 1/128: the largest shares its part with the smallest, and so on.
  for (size_t part = 0; part < 4; ++part) {
    double product = 1;
    for (size_t row = 2 * part; row < 2 * part + 2; ++row) {
      double variance = 0;
      for (size_t d = 0; d < 8; ++d) {
        variance += std::pow(rotation[row * 8 + d], 2) * std::pow(4.0, -static_cast<double>(d));
      }
      product *= variance;
    }
    EXPECT_NEAR(std::log2(product), -14.0, 1.0) << part;
  }
}

TEST(ProductQuantizer, WithoutExtraWeightEveryPartTakesItsNearestCodeword) {
  const auto points = GaussianPoints(2000, 8, 5);
  ProductQuantizerOptions options;
  options.parallel_weight = 1.0;
  const auto quantizer = ProductQuantizer::Learn({points, 8}, options);
  ASSERT_EQ(quantizer.code_count(), 2u);
  std::vector<uint8_t> codes(2);
  for (size_t i = 0; i < 100; ++i) {
    quantizer.Encode(points.data() + i * 8, codes);
    for (size_t j = 0; j < 2; ++j) {
      const PointsView words{{quantizer.codeword(j, 0), 16 * 4}, 4};
      EXPECT_EQ(codes[j], NearestCentre(points.data() + i * 8 + j * 4, words));
    }
  }
}

TEST(ProductQuantizer, TheParallelWeightTradesErrorAcrossForErrorAlong) {
  const auto points = GaussianPoints(4000, 32, 6), others = GaussianPoints(1000, 32, 7);
  ProductQuantizerOptions options;
  options.parallel_weight = 1.0;
  const auto plain = Errors(ProductQuantizer::Learn({points, 32}, options), others, 32);
  options.parallel_weight = 8.0;
  const auto weighted = Errors(ProductQuantizer::Learn({points, 32}, options), others, 32);
  EXPECT_LT(weighted.first, 0.5 * plain.first);
  EXPECT_GT(weighted.second, plain.second);
  EXPECT_LT(weighted.second, 1.5 * plain.second);
}

}  // namespace
}  // namespace tsugi
