#include <gtest/gtest.h>

#include "tests/core/test_engine.h"

namespace tsugi {
namespace {

class SessionRollback : public testing::TestWithParam<ModelSpec> {
 protected:
  Engine engine_{GetParam()};
  const std::vector<Event> events_ = RandomEvents(90, 131);

  std::unique_ptr<Session> Pushed(size_t count) {
    auto session = engine_.NewSession();
    for (size_t i = 0; i < count; ++i) EXPECT_TRUE(session->Push(events_[i]).ok());
    return session;
  }
  // Equal now, and still equal after more events: the rows behind the hidden vector are too.
  void ExpectSame(Session& a, Session& b, const std::string& what) {
    ASSERT_EQ(a.event_count(), b.event_count()) << what;
    EXPECT_EQ(Readout(a), Readout(b)) << what;
    for (uint32_t item = 0; item < 9; ++item) {
      ASSERT_TRUE(a.Push({item * 14}).ok());
      ASSERT_TRUE(b.Push({item * 14}).ok());
      ASSERT_EQ(Readout(a), Readout(b)) << what << ", pushed " << item + 1 << " more";
    }
  }
};

// T = 7, receptive field 19; rows slide at 14 events and every 7 or 8 later.
TEST_P(SessionRollback, IsBitForBitTheStateBeforeThePushesOverWindowSlides) {
  for (const size_t kept : {1u, 5u, 6u, 7u, 8u, 13u, 14u, 18u, 20u, 33u, 61u}) {
    for (const size_t count : {1u, 2u, 6u, 7u, 8u, 14u, 15u, 29u}) {
      const auto session = Pushed(kept + count);
      ASSERT_TRUE(session->Rollback(count).ok());
      ExpectSame(
          *session, *Pushed(kept),
          "rolled back from " + std::to_string(kept + count) + " to " + std::to_string(kept));
    }
  }
}

TEST_P(SessionRollback, OneByOneUndoesEveryPushOfALongSession) {
  std::vector<std::vector<float>> after;
  const auto session = engine_.NewSession();
  for (const Event& event : events_) {
    after.push_back(Readout(*session));
    ASSERT_TRUE(session->Push(event).ok());
  }
  for (size_t n = events_.size(); n-- > 0;) {
    ASSERT_TRUE(session->Rollback(1).ok());
    ASSERT_EQ(Readout(*session), after[n]) << n << " events left";
  }
  EXPECT_EQ(session->event_count(), 0u);
}

TEST_P(SessionRollback, ReturnsToAnAssignedStateHoweverManyPushesFollowed) {
  for (const size_t assigned : {3u, 7u, 19u, 40u}) {
    for (const size_t pushed : {1u, 6u, 8u, 30u, 50u}) {
      const auto fresh = engine_.NewSession();
      ASSERT_TRUE(fresh->Assign(std::span(events_).first(assigned)).ok());
      const auto session = engine_.NewSession();
      ASSERT_TRUE(session->Assign(std::span(events_).first(assigned)).ok());
      for (size_t i = 0; i < pushed; ++i) ASSERT_TRUE(session->Push(events_[assigned + i]).ok());
      ASSERT_TRUE(session->Rollback(pushed).ok());
      ExpectSame(*session, *fresh, std::to_string(assigned) + " assigned");
    }
  }
}

TEST_P(SessionRollback, IntoAssignedEventsEqualsAssigningFewer) {
  const auto session = engine_.NewSession();
  ASSERT_TRUE(session->Assign(std::span(events_).first(50)).ok());
  ASSERT_TRUE(session->Push(events_[50]).ok());
  ASSERT_TRUE(session->Rollback(4).ok());
  const auto fewer = engine_.NewSession();
  ASSERT_TRUE(fewer->Assign(std::span(events_).first(47)).ok());
  ExpectSame(*session, *fewer, "47 of 50 assigned");
}

TEST_P(SessionRollback, RandomPushesAndRollbacksKeepTheStateOfTheEventsHeld) {
  Random random(7);
  const auto session = engine_.NewSession();
  std::vector<std::vector<float>> expected = {{}};
  for (int step = 0; step < 400; ++step) {
    const size_t held = session->event_count();
    if (held > 0 && random.NextBelow(3) == 0) {
      const size_t count = 1 + random.NextBelow(std::min<size_t>(held, 25));
      ASSERT_TRUE(session->Rollback(count).ok());
      expected.resize(held - count + 1);
    } else {
      ASSERT_TRUE(session->Push(events_[random.NextBelow(events_.size())]).ok());
      expected.push_back(Readout(*session));
    }
    ASSERT_EQ(Readout(*session), expected.back()) << "step " << step;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, SessionRollback,
                         testing::Values(SmallSpec(BlockKind::kGated, DType::kF32),
                                         SmallSpec(BlockKind::kGated, DType::kI8),
                                         SmallSpec(BlockKind::kSasRec, DType::kI8),
                                         SmallIntentSpec(DType::kI8)),
                         [](const auto& suite_case) { return SpecName(suite_case.param); });

TEST(Rollback, OfMoreEventsThanAreHeldIsAnErrorAndChangesNothing) {
  Engine engine(TinySpec());
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Push({2}).ok());
  const auto before = Readout(*session);
  EXPECT_EQ(session->Rollback(2).code(), StatusCode::kOutOfRange);
  EXPECT_EQ(Readout(*session), before);
  EXPECT_TRUE(session->Rollback(0).ok());
  EXPECT_EQ(Readout(*session), before);
  EXPECT_TRUE(session->Rollback(1).ok());
  EXPECT_TRUE(session->query().empty());
  EXPECT_EQ(session->Rollback(1).code(), StatusCode::kOutOfRange);
}

TEST(Rollback, WorksWithAWindowOfOne) {
  ModelSpec spec = TinySpec();
  spec.encoder.window = 1;
  Engine engine(spec);
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Push({2}).ok());
  const auto before = Readout(*session);
  ASSERT_TRUE(session->Push({3}).ok());
  ASSERT_TRUE(session->Push({1}).ok());
  ASSERT_TRUE(session->Rollback(2).ok());
  EXPECT_EQ(Readout(*session), before);
}

}  // namespace
}  // namespace tsugi
