#include "native/studies/shift/list_metrics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tsugi {
namespace {

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
