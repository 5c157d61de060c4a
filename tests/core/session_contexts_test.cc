// Sessions of a model that reads what was done and what was measured.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/core/test_engine.h"

namespace tsugi {
namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

class SessionContexts : public testing::TestWithParam<DType> {
 protected:
  SessionContexts() : engine_(Make(GetParam())) {}
  static TestModel Make(DType dtype) {
    ModelSpec spec = SmallSpec(BlockKind::kGated, dtype);
    spec.action_count = 3;
    spec.value_buckets = 5;
    TestModel model(spec);
    model.Set<float>(kValueEdges, {0.0f, 10.0f, 100.0f});
    return model;
  }
  std::vector<float> HiddenOf(const std::vector<Event>& events) {
    const auto session = engine_.NewSession();
    for (const Event& event : events) EXPECT_TRUE(session->Push(event).ok());
    return Hidden(*session);
  }
  std::vector<Event> Contexts(size_t count) {
    auto events = RandomEvents(count, 131);
    for (size_t i = 0; i < count; ++i) {
      events[i].action = static_cast<uint32_t>(i % 4);
      if (i % 3 != 0) events[i].value = static_cast<float>(i * i);
    }
    return events;
  }
  Engine engine_;
};

TEST_P(SessionContexts, PushingOneByOneEqualsTheFullForward) {
  for (const size_t count : {1u, 7u, 20u, 64u}) {
    const auto events = Contexts(count);
    const auto assigned = engine_.NewSession();
    ASSERT_TRUE(assigned->Assign(events).ok());
    const auto pushed = HiddenOf(events);
    for (size_t d = 0; d < pushed.size(); ++d) {
      EXPECT_NEAR(pushed[d], assigned->query()[d], 1e-5) << count << " events, " << d;
    }
  }
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
  const auto events = Contexts(40);
  const auto session = engine_.NewSession();
  std::vector<std::vector<float>> after = {{}};
  for (const Event& event : events) {
    ASSERT_TRUE(session->Push(event).ok());
    after.push_back(Hidden(*session));
  }
  for (const size_t count : {1u, 9u, 12u}) {
    ASSERT_TRUE(session->Rollback(count).ok());
    EXPECT_EQ(Hidden(*session), after[session->event_count()]);
  }
  std::vector<uint8_t> bytes(session->SavedBytes());
  ASSERT_TRUE(session->Save(bytes).ok());
  EXPECT_EQ(bytes[4], 3) << "the version that holds them";
  const auto restored = engine_.NewSession();
  ASSERT_TRUE(restored->Restore(bytes).ok());
  for (size_t d = 0; d < 24; ++d) EXPECT_NEAR(restored->query()[d], session->query()[d], 1e-5);
  std::vector<uint8_t> again(restored->SavedBytes());
  ASSERT_TRUE(restored->Save(again).ok());
  EXPECT_EQ(again, bytes);
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
