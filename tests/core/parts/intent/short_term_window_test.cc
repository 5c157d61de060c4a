#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "core/parts/intent/intent_encoder.h"

namespace tsugi {
namespace {

constexpr int64_t kStart = 1'700'000'000;

size_t Count(uint32_t events, uint32_t seconds, const std::vector<int64_t>& times_s) {
  IntentSpec spec;
  spec.short_term_events = events;
  spec.short_term_s = seconds;
  return ShortTermCount(spec, times_s, times_s.size() - 1);
}

TEST(ShortTermCount, EndsAtTheFirstEventOlderThanTheWindow) {
  const std::vector<int64_t> times = {kStart, kStart + 50, kStart + 90, kStart + 150};
  EXPECT_EQ(Count(10, 59, times), 1u);
  EXPECT_EQ(Count(10, 60, times), 2u);
  EXPECT_EQ(Count(10, 100, times), 3u);
  EXPECT_EQ(Count(10, 1000, times), 4u);
}

TEST(ShortTermCount, IsBoundedInEventsTooAndCountsThemAloneWithoutSeconds) {
  const std::vector<int64_t> times = {kStart, kStart + 1, kStart + 2, kStart + 900};
  EXPECT_EQ(Count(2, 1000, times), 2u);
  EXPECT_EQ(Count(3, 0, times), 3u);
  EXPECT_EQ(Count(1, 0, times), 1u);
  EXPECT_EQ(Count(9, 0, times), 4u);
}

TEST(ShortTermCount, LooksPastUnknownTimesAndBackwardClocks) {
  EXPECT_EQ(Count(9, 60, {kStart, 0, kStart + 90}), 2u);
  EXPECT_EQ(Count(9, 60, {kStart, kStart + 90, 0}), 3u) << "the event's own time is unknown";
  EXPECT_EQ(Count(9, 60, {kStart + 500, kStart + 80, kStart + 90}), 3u);
}

TEST(ShortTermCount, TakesAnyTimes) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(Count(9, ~0u, {kMin, kMax}), 1u);
  EXPECT_EQ(Count(9, 1, {kMax, kMin}), 2u);
}

}  // namespace
}  // namespace tsugi
