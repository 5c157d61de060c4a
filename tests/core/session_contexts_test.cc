// Sessions of a model that reads event times, or what was done and what was measured.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/core/test_engine.h"

namespace tsugi {
namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

class ContextTest : public testing::TestWithParam<DType> {
 protected:
  explicit ContextTest(TestModel model) : engine_(std::move(model)) {}
  std::vector<float> HiddenOf(const std::vector<Event>& events) {
    const auto session = engine_.NewSession();
    for (const Event& event : events) EXPECT_TRUE(session->Push(event).ok());
    return Hidden(*session);
  }
  void ExpectTheFullForward(const std::vector<Event>& events) {
    const auto assigned = engine_.NewSession();
    ASSERT_TRUE(assigned->Assign(events).ok());
    const auto pushed = HiddenOf(events);
    for (size_t d = 0; d < pushed.size(); ++d) {
      EXPECT_NEAR(pushed[d], assigned->query()[d], 1e-5) << events.size() << " events, " << d;
    }
  }
  /// Pushes the events, rolls back by each count in turn, and returns the session's bytes, from
  /// which another session is restored.
  std::vector<uint8_t> RollbackAndRestore(const std::vector<Event>& events,
                                          std::initializer_list<size_t> counts) {
    const auto session = engine_.NewSession();
    std::vector<std::vector<float>> after = {{}};
    for (const Event& event : events) {
      EXPECT_TRUE(session->Push(event).ok());
      after.push_back(Hidden(*session));
    }
    for (const size_t count : counts) {
      EXPECT_TRUE(session->Rollback(count).ok());
      EXPECT_EQ(Hidden(*session), after[session->event_count()]);
    }
    const std::vector<uint8_t> bytes = Saved(*session);
    const auto restored = engine_.NewSession();
    EXPECT_TRUE(restored->Restore(bytes).ok());
    for (size_t d = 0; d < 24; ++d) EXPECT_NEAR(restored->query()[d], session->query()[d], 1e-5);
    EXPECT_EQ(Saved(*restored), bytes);
    return bytes;
  }
  Engine engine_;
};

class SessionTimes : public ContextTest {
 protected:
  SessionTimes() : ContextTest(TestModel(TimedSpec(GetParam()))) {}
  static ModelSpec TimedSpec(DType dtype) {
    ModelSpec spec = SmallSpec(BlockKind::kGated, dtype);
    spec.time_gap_buckets = 20;
    return spec;
  }
};

TEST_P(SessionTimes, PushingOneByOneEqualsTheFullForward) {
  for (const size_t count : {1u, 2u, 7u, 8u, 14u, 15u, 19u, 20u, 33u, 64u}) {
    ExpectTheFullForward(RandomEvents(count, 131));
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
  RollbackAndRestore(RandomEvents(60, 131), {1, 9, 20});
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

class SessionContexts : public ContextTest {
 protected:
  SessionContexts() : ContextTest(Make(GetParam())) {}
  static TestModel Make(DType dtype) {
    ModelSpec spec = SmallSpec(BlockKind::kGated, dtype);
    spec.action_count = 3;
    spec.value_buckets = 5;
    TestModel model(spec);
    model.Set<float>(kValueEdges, {0.0f, 10.0f, 100.0f});
    return model;
  }
  std::vector<Event> Contexts(size_t count) {
    auto events = RandomEvents(count, 131);
    for (size_t i = 0; i < count; ++i) {
      events[i].action = static_cast<uint32_t>(i % 4);
      if (i % 3 != 0) events[i].value = static_cast<float>(i * i);
    }
    return events;
  }
};

TEST_P(SessionContexts, PushingOneByOneEqualsTheFullForward) {
  for (const size_t count : {1u, 7u, 20u, 64u}) ExpectTheFullForward(Contexts(count));
}

TEST_P(SessionContexts, ActionsAndBucketsOfValuesMatterAndNothingElseOfThem) {
  std::vector<Event> events = {{5}, {9, 0, 2, 7.0f}};
  const auto base = HiddenOf(events);
  events[1].value = 9.99f;
  EXPECT_EQ(HiddenOf(events), base) << "the same bucket";
  events[1].value = 10.0f;
  EXPECT_NE(HiddenOf(events), base);
  events[1] = {9, 0, 1, 7.0f};
  EXPECT_NE(HiddenOf(events), base);
  events[1] = {9, 0, 0, 7.0f};
  const auto unknown = HiddenOf(events);
  EXPECT_NE(unknown, base);
  for (const uint32_t action : {4u, 1000u, ~0u}) {
    events[1].action = action;
    EXPECT_EQ(HiddenOf(events), unknown) << "the model has three actions";
  }
}

TEST_P(SessionContexts, AnyFloatIsAValue) {
  for (const float value : {-1.0f, -INFINITY, INFINITY, 1e30f, kUnknown}) {
    for (const float x : HiddenOf({{5, 0, 0, value}})) EXPECT_TRUE(std::isfinite(x)) << value;
  }
  EXPECT_EQ(HiddenOf({{5, 0, 0, -INFINITY}}), HiddenOf({{5, 0, 0, -1.0f}}));
  EXPECT_EQ(HiddenOf({{5, 0, 0, INFINITY}}), HiddenOf({{5, 0, 0, 100.0f}}));
  EXPECT_NE(HiddenOf({{5, 0, 0, kUnknown}}), HiddenOf({{5, 0, 0, -1.0f}}));
}

TEST_P(SessionContexts, RollbackAndRestoreKeepThem) {
  EXPECT_EQ(RollbackAndRestore(Contexts(40), {1, 9, 12})[4], 3) << "the version that holds them";
}

INSTANTIATE_TEST_SUITE_P(Dtypes, SessionContexts, testing::Values(DType::kF32, DType::kI8));

TEST(SessionWithoutContexts, IgnoresThemButSavesThem) {
  Engine engine(SmallSpec(BlockKind::kGated, DType::kF32));
  const auto plain = engine.NewSession(), told = engine.NewSession();
  ASSERT_TRUE(plain->Push({5}).ok());
  ASSERT_TRUE(told->Push({5, 0, 1, 3.0f}).ok());
  EXPECT_EQ(Hidden(*plain), Hidden(*told));
  EXPECT_EQ(told->SavedBytes(), plain->SavedBytes() + 8);
}

}  // namespace
}  // namespace tsugi
