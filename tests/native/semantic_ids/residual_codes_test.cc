#include "native/semantic_ids/residual_codes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "core/base/random.h"
#include "native/semantic_ids/semantic_ids.h"

namespace tsugi {
namespace {

std::vector<float> RandomPoints(size_t count, size_t width) {
  Random random(5);
  std::vector<float> points(count * width);
  for (float& value : points) value = static_cast<float>(random.NextUniform()) - 0.5f;
  return points;
}

double SquaredLength(const std::vector<float>& values) {
  double sum = 0.0;
  for (const float value : values) sum += static_cast<double>(value) * value;
  return sum;
}

TEST(ResidualKMeans, EveryLevelLeavesLess) {
  const auto values = RandomPoints(1500, 6);
  const PointsView points{values, 6};
  SemanticIds ids;
  const ResidualCodebooks codebooks = LearnResidualKMeans(points, 1, ids);
  double before = SquaredLength(values);
  for (size_t level = 1; level <= kCodeLevels; ++level) {
    const double left = SquaredLength(ResidualsBefore(points, codebooks, ids, level));
    EXPECT_LT(left, before);
    before = left;
  }
  EXPECT_LT(before, 0.05 * SquaredLength(values));
}

TEST(MakeUnique, GivesEqualItemsDifferentIds) {
  std::vector<float> values = RandomPoints(40, 4);
  const std::vector<float> same(values.begin(), values.begin() + 4);
  for (int i = 0; i < 300; ++i) values.insert(values.end(), same.begin(), same.end());
  const PointsView points{values, 4};  // 301 equal items: more than one prefix holds
  SemanticIds ids;
  const ResidualCodebooks codebooks = LearnResidualKMeans(points, 1, ids);
  const size_t shared = MakeUnique(points, codebooks, ids);
  EXPECT_GE(shared, 301u);
  EXPECT_EQ(std::set<SemanticId>(ids.begin(), ids.end()).size(), ids.size());
}

TEST(MakeUnique, UsesTheLastLevelEvenly) {
  const auto values = RandomPoints(3000, 4);
  const PointsView points{values, 4};
  SemanticIds ids;
  const ResidualCodebooks codebooks = LearnResidualKMeans(points, 1, ids);
  MakeUnique(points, codebooks, ids);
  const CodeUsage usage = MeasureUsage(ids);
  EXPECT_EQ(usage.distinct, 3000u);
  EXPECT_GT(usage.entropy_bits[kCodeLevels - 1], 7.5);
  EXPECT_FALSE(usage.is_collapsed);
}

TEST(MeanCodewords, AddUpToRowsTheyWereMadeOf) {
  // Two values in the first level, two in the second: every row is the sum of its codes' words.
  SemanticIds ids;
  std::vector<float> rows;
  for (uint8_t i = 0; i < 4; ++i) {
    ids.push_back({static_cast<uint8_t>(i / 2), static_cast<uint8_t>(i % 2), 0, i});
    rows.push_back(i / 2 == 0 ? 10.0f : -10.0f);
    rows.push_back(i % 2 == 0 ? 1.0f : -1.0f);
  }
  const ResidualCodebooks means = MeanCodewords({rows, 2}, ids);
  for (size_t i = 0; i < ids.size(); ++i) {
    for (size_t d = 0; d < 2; ++d) {
      float sum = 0.0f;
      for (size_t level = 0; level < kCodeLevels; ++level) {
        sum += means.codeword(level, ids[i][level])[d];
      }
      EXPECT_NEAR(sum, rows[i * 2 + d], 1e-5f);
    }
  }
}

double CostOf(const std::vector<double>& costs, const std::vector<size_t>& columns, size_t width) {
  double sum = 0.0;
  for (size_t row = 0; row < columns.size(); ++row) sum += costs[row * width + columns[row]];
  return sum;
}

// The least cost over all ways to give rows different columns.
double LeastCost(const std::vector<double>& costs, size_t rows, size_t columns) {
  std::vector<size_t> order(columns);
  std::iota(order.begin(), order.end(), size_t{0});
  double least = 1e300;
  do {
    least = std::min(least, CostOf(costs, {order.begin(), order.begin() + rows}, columns));
  } while (std::next_permutation(order.begin(), order.end()));
  return least;
}

TEST(MatchAtLeastCost, FindsTheLeastOfAllMatchings) {
  Random random(1);
  for (size_t rows = 1; rows <= 5; ++rows) {
    for (int trial = 0; trial < 20; ++trial) {
      std::vector<double> costs(rows * 6);
      for (double& cost : costs) cost = static_cast<double>(random.NextBelow(20));
      const auto columns = MatchAtLeastCost(costs, rows, 6);
      auto sorted = columns;
      std::sort(sorted.begin(), sorted.end());
      EXPECT_EQ(std::unique(sorted.begin(), sorted.end()), sorted.end());
      EXPECT_DOUBLE_EQ(CostOf(costs, columns, 6), LeastCost(costs, rows, 6));
    }
  }
}

TEST(MatchAtLeastCost, MatchesAsManyRowsAsColumns) {
  const std::vector<double> costs(256 * 256, 1.0);
  auto columns = MatchAtLeastCost(costs, 256, 256);
  std::sort(columns.begin(), columns.end());
  for (size_t i = 0; i < 256; ++i) EXPECT_EQ(columns[i], i);
}

}  // namespace
}  // namespace tsugi
