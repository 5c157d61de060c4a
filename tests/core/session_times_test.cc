// Sessions of a model that reads event times.
#include <gtest/gtest.h>

#include "tests/core/test_engine.h"

namespace tsugi {
namespace {

class SessionTimes : public testing::TestWithParam<DType> {
 protected:
  SessionTimes() : engine_(TimedSpec(GetParam())) {}
  static ModelSpec TimedSpec(DType dtype) {
    ModelSpec spec = SmallSpec(BlockKind::kGated, dtype);
    spec.time_gap_buckets = 20;
    return spec;
  }
  std::vector<float> HiddenOf(const std::vector<Event>& events) {
    const auto session = engine_.NewSession();
    for (const Event& event : events) EXPECT_TRUE(session->Push(event).ok());
    return Hidden(*session);
  }
  Engine engine_;
};

TEST_P(SessionTimes, PushingOneByOneEqualsTheFullForward) {
  for (const size_t count : {1u, 2u, 7u, 8u, 14u, 15u, 19u, 20u, 33u, 64u}) {
    const auto events = RandomEvents(count, 131);
    const auto assigned = engine_.NewSession();
    ASSERT_TRUE(assigned->Assign(events).ok());
    const auto pushed = HiddenOf(events);
    for (size_t d = 0; d < pushed.size(); ++d) {
      EXPECT_NEAR(pushed[d], assigned->query()[d], 1e-5) << count << " events, " << d;
    }
  }
}

TEST_P(SessionTimes, OnlyTheGapsMatter) {
  auto events = RandomEvents(12, 131);
  const auto base = HiddenOf(events);
  for (Event& event : events) event.time_s += 1'000'000;
  EXPECT_EQ(HiddenOf(events), base);
  events.back().time_s += 30 * 86400;
  EXPECT_NE(HiddenOf(events), base);
}

TEST_P(SessionTimes, BackwardsCountsAsNoTimePassedAndUnknownAsUnknown) {
  auto events = RandomEvents(5, 131);
  events[4].time_s = events[3].time_s;
  const auto same = HiddenOf(events);
  events[4].time_s = events[3].time_s - 999;
  EXPECT_EQ(HiddenOf(events), same);
  events[4].time_s = 0;
  EXPECT_NE(HiddenOf(events), same);
}

TEST_P(SessionTimes, RollbackAndRestoreKeepTheTimes) {
  const auto events = RandomEvents(60, 131);
  const auto session = engine_.NewSession();
  std::vector<std::vector<float>> after = {{}};
  for (const Event& event : events) {
    ASSERT_TRUE(session->Push(event).ok());
    after.push_back(Hidden(*session));
  }
  for (const size_t count : {1u, 9u, 20u}) {
    ASSERT_TRUE(session->Rollback(count).ok());
    EXPECT_EQ(Hidden(*session), after[session->event_count()]);
  }
  std::vector<uint8_t> bytes(session->SavedBytes());
  ASSERT_TRUE(session->Save(bytes).ok());
  const auto restored = engine_.NewSession();
  ASSERT_TRUE(restored->Restore(bytes).ok());
  for (size_t d = 0; d < 24; ++d) EXPECT_NEAR(restored->query()[d], session->query()[d], 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Dtypes, SessionTimes, testing::Values(DType::kF32, DType::kI8));

TEST(SessionWithoutTimes, IgnoresThem) {
  Engine engine(SmallSpec(BlockKind::kGated, DType::kF32));
  auto events = RandomEvents(9, 131);
  const auto timed = engine.NewSession();
  ASSERT_TRUE(timed->Assign(events).ok());
  for (Event& event : events) event.time_s = 0;
  const auto untimed = engine.NewSession();
  ASSERT_TRUE(untimed->Assign(events).ok());
  EXPECT_EQ(Hidden(*timed), Hidden(*untimed));
}

}  // namespace
}  // namespace tsugi
