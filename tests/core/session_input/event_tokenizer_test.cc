#include "core/session_input/event_tokenizer.h"

#include <gtest/gtest.h>

#include <limits>

namespace tsugi {
namespace {

constexpr int64_t kStart = 1'700'000'000;

TEST(TimeGapBucket, IsZeroForTheFirstEventAndUnknownTimes) {
  EXPECT_EQ(TimeGapBucket(32, 0, kStart), 0u);
  EXPECT_EQ(TimeGapBucket(32, kStart, 0), 0u);
  EXPECT_EQ(TimeGapBucket(32, 0, 0), 0u);
}

TEST(TimeGapBucket, GrowsByOneWhenTheGapDoubles) {
  const std::pair<int64_t, uint32_t> rows[] = {{0, 1}, {1, 2}, {2, 3},      {3, 3},          {4, 4},
                                               {7, 4}, {8, 5}, {86400, 18}, {40'000'000, 27}};
  for (const auto& [gap, bucket] : rows) {
    EXPECT_EQ(TimeGapBucket(32, kStart, kStart + gap), bucket) << gap;
  }
}

TEST(TimeGapBucket, CountsGoingBackAsNoTimePassed) {
  EXPECT_EQ(TimeGapBucket(32, kStart, kStart - 5), 1u);
}

TEST(TimeGapBucket, StaysBelowTheBucketCountForAnyTimes) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(TimeGapBucket(8, kStart, kStart + 63), 7u);
  EXPECT_EQ(TimeGapBucket(8, kStart, kStart + 64), 7u);
  EXPECT_EQ(TimeGapBucket(64, kMin, kMax), 63u);
  EXPECT_EQ(TimeGapBucket(64, kMax, kMin), 1u);
  EXPECT_EQ(TimeGapBucket(2, kStart, kMax), 1u);
}

}  // namespace
}  // namespace tsugi
