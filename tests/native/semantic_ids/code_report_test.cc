#include "native/semantic_ids/code_report.h"

#include <gtest/gtest.h>

namespace tsugi {
namespace {

TEST(MeasureUsage, CountsCodesAndTheirEntropy) {
  SemanticIds ids;
  for (uint8_t i = 0; i < 64; ++i) ids.push_back({i, static_cast<uint8_t>(i % 4), i, i});
  const CodeUsage usage = MeasureUsage(ids);
  EXPECT_EQ(usage.used[0], 64u);
  EXPECT_EQ(usage.used[1], 4u);
  EXPECT_DOUBLE_EQ(usage.entropy_bits[0], 6.0);
  EXPECT_DOUBLE_EQ(usage.entropy_bits[1], 2.0);
  EXPECT_TRUE(usage.is_collapsed);  // the second level could carry six bits
  for (SemanticId& id : ids) id[1] = id[0];
  EXPECT_FALSE(MeasureUsage(ids).is_collapsed);
}

TEST(MeasureAgreement, TellsNeighboursThatBeginAlikeFromRandomPairs) {
  SemanticIds ids;
  for (uint8_t i = 0; i < 100; ++i) ids.push_back({static_cast<uint8_t>(i / 10), 0, 0, i});
  ItemPairs alike, unlike;
  for (uint32_t i = 0; i < 100; ++i) {
    alike.emplace_back(i, i / 10 * 10 + (i + 1) % 10);
    unlike.emplace_back(i, (i + 10) % 100);
  }
  const PrefixAgreement good = MeasureAgreement(ids, alike, 1);
  EXPECT_DOUBLE_EQ(good.shared_levels, 3.0);
  EXPECT_GT(good.correlation, 0.6);
  EXPECT_LT(MeasureAgreement(ids, unlike, 1).correlation, 0.0);
  EXPECT_EQ(MeasureAgreement(ids, {}, 1).pairs, 0u);
}

}  // namespace
}  // namespace tsugi
