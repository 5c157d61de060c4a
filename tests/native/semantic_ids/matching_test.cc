#include "native/semantic_ids/matching.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "core/base/random.h"

namespace tsugi {
namespace {

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
