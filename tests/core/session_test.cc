#include "core/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/core/test_engine.h"

namespace tsugi {
namespace {

class SessionState : public testing::TestWithParam<ModelSpec> {};

TEST_P(SessionState, PushingOneByOneEqualsAssigningForAnyLength) {
  Engine engine(GetParam());
  // T = 7, receptive field 3 * 6 + 1 = 19: around both, and far beyond.
  for (const size_t count : {1u, 2u, 6u, 7u, 8u, 13u, 14u, 15u, 18u, 19u, 20u, 21u, 64u}) {
    const auto events = RandomEvents(count, engine.recommender->spec().item_count);
    const auto pushed = engine.NewSession();
    for (const Event& event : events) ASSERT_TRUE(pushed->Push(event).ok());
    const auto assigned = engine.NewSession();
    ASSERT_TRUE(assigned->Assign(events).ok());
    const auto expected = Readout(*pushed), actual = Readout(*assigned);
    ASSERT_EQ(expected.size(), GetParam().intent ? 24u + 12u + 3u : 24u);
    for (size_t d = 0; d < expected.size(); ++d) {
      EXPECT_NEAR(expected[d], actual[d], 1e-5) << count << " events, " << d;
    }
    EXPECT_EQ(pushed->event_count(), count);
    EXPECT_EQ(assigned->event_count(), count);
  }
}

TEST_P(SessionState, PushAfterAssignGoesOnFromTheSameState) {
  Engine engine(GetParam());
  const auto events = RandomEvents(40, engine.recommender->spec().item_count);
  const auto whole = engine.NewSession();
  ASSERT_TRUE(whole->Assign(events).ok());
  const auto parts = engine.NewSession();
  ASSERT_TRUE(parts->Assign(std::span(events).first(21)).ok());
  for (size_t i = 21; i < events.size(); ++i) ASSERT_TRUE(parts->Push(events[i]).ok());
  for (size_t d = 0; d < 24; ++d) EXPECT_NEAR(whole->query()[d], parts->query()[d], 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Kinds, SessionState,
                         testing::Values(SmallSpec(BlockKind::kGated, DType::kF32),
                                         SmallSpec(BlockKind::kGated, DType::kI8),
                                         SmallSpec(BlockKind::kSasRec, DType::kF32),
                                         SmallSpec(BlockKind::kSasRec, DType::kI8),
                                         SmallIntentSpec(DType::kF32), SmallIntentSpec(DType::kI8)),
                         [](const auto& suite_case) { return SpecName(suite_case.param); });

TEST(Session, OlderEventsThanTheReceptiveFieldDoNotMatterAndTheLastOneInsideDoes) {
  Engine engine(SmallSpec(BlockKind::kGated, DType::kF32));
  auto events = RandomEvents(25, 131);
  const auto base = engine.NewSession();
  ASSERT_TRUE(base->Assign(events).ok());
  const auto changed = engine.NewSession();
  events[25 - 20].item_index = (events[5].item_index + 1) % 131;
  ASSERT_TRUE(changed->Assign(events).ok());
  EXPECT_EQ(Hidden(*base), Hidden(*changed));
  events[25 - 19].item_index = (events[6].item_index + 1) % 131;
  ASSERT_TRUE(changed->Assign(events).ok());
  EXPECT_NE(Hidden(*base), Hidden(*changed));
}

TEST(Session, SessionsOfOneRecommenderDoNotDisturbEachOther) {
  Engine engine(SmallSpec(BlockKind::kGated, DType::kI8));
  const auto events = RandomEvents(12, 131);
  const auto alone = engine.NewSession();
  for (const Event& event : events) ASSERT_TRUE(alone->Push(event).ok());
  const auto first = engine.NewSession();
  const auto second = engine.NewSession();
  for (const Event& event : events) {
    ASSERT_TRUE(first->Push(event).ok());
    ASSERT_TRUE(second->Push({130 - event.item_index}).ok());
    ASSERT_TRUE(second->Recommend({.k = 3}).ok());
  }
  EXPECT_EQ(Hidden(*alone), Hidden(*first));
}

TEST(Session, ClearForgetsEverything) {
  Engine engine(SmallSpec(BlockKind::kGated, DType::kF32));
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Assign(RandomEvents(30, 131)).ok());
  session->Clear();
  EXPECT_EQ(session->event_count(), 0u);
  EXPECT_TRUE(session->query().empty());
  const auto fresh = engine.NewSession();
  ASSERT_TRUE(session->Push({4}).ok());
  ASSERT_TRUE(fresh->Push({4}).ok());
  EXPECT_EQ(Hidden(*session), Hidden(*fresh));
}

TEST(Session, EmptySessionRanksByItemIndex) {
  Engine engine(TinySpec());
  const auto session = engine.NewSession();
  EXPECT_TRUE(session->query().empty());
  const auto list = session->Recommend({.k = 3});
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(Items(*list), (std::vector<uint32_t>{0, 1, 2}));
  EXPECT_EQ((*list)[0].score, 0.0f);
}

TEST(Session, RecommendIsScoreAllSortedForBothDtypes) {
  for (const DType dtype : {DType::kF32, DType::kI8}) {
    Engine engine(SmallSpec(BlockKind::kGated, dtype));
    const auto session = engine.NewSession();
    ASSERT_TRUE(session->Assign(RandomEvents(9, 131)).ok());
    std::vector<float> scores(131);
    ASSERT_TRUE(session->ScoreAll(scores).ok());
    std::vector<uint32_t> order(131);
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(),
                     [&](uint32_t a, uint32_t b) { return scores[a] > scores[b]; });
    const auto list = session->Recommend({.k = 131, .seen = RecommendOptions::Seen::kKeep});
    ASSERT_TRUE(list.ok());
    EXPECT_EQ(Items(*list), order);
    for (const ScoredItem& r : *list) EXPECT_EQ(r.score, scores[r.item_index]);
  }
}

TEST(Session, SeenAndExcludedItemsAreNeverReturned) {
  Engine engine(TinySpec());
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Assign(std::vector<Event>{{1}, {3}, {1}, {0}}).ok());
  const std::vector<uint32_t> exclude = {4};
  const auto list = session->Recommend({.k = 5, .exclude = exclude});
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(Items(*list), (std::vector<uint32_t>{2}));

  auto kept =
      session->Recommend({.k = 9, .seen = RecommendOptions::Seen::kKeep, .exclude = exclude});
  ASSERT_TRUE(kept.ok());
  auto items = Items(*kept);
  std::sort(items.begin(), items.end());
  EXPECT_EQ(items, (std::vector<uint32_t>{0, 1, 2, 3}));

  // The filter of one call leaves no trace in the next.
  EXPECT_EQ(session->Recommend({.k = 9, .seen = RecommendOptions::Seen::kKeep})->size(), 5u);
}

TEST(Session, ModelDefaultDecidesWhetherSeenItemsAreKept) {
  ModelSpec spec = TinySpec();
  spec.filter_seen = false;
  Engine engine(spec);
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Push({2}).ok());
  EXPECT_EQ(session->Recommend({.k = 5})->size(), 5u);
  EXPECT_EQ(session->Recommend({.k = 5, .seen = RecommendOptions::Seen::kFilter})->size(), 4u);
}

TEST(Session, AllFilteredIsAnEmptyList) {
  Engine engine(TinySpec());
  const auto session = engine.NewSession();
  const std::vector<uint32_t> exclude = {0, 1, 2, 3, 4};
  const auto list = session->Recommend({.k = 2, .exclude = exclude});
  ASSERT_TRUE(list.ok());
  EXPECT_TRUE(list->empty());
}

TEST(Session, BadArgumentsAreErrorsAndChangeNothing) {
  Engine engine(TinySpec());
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Push({2}).ok());
  const auto before = Hidden(*session);
  EXPECT_EQ(session->Push({5}).code(), StatusCode::kOutOfRange);
  EXPECT_EQ(session->Push({5}).message(), "item_index 5, expected below 5, the model's item count");
  EXPECT_EQ(session->Assign(std::vector<Event>{{0}, {7}}).code(), StatusCode::kOutOfRange);
  EXPECT_EQ(session->Recommend({.k = 0}).status().code(), StatusCode::kInvalidArgument);
  const std::vector<uint32_t> exclude = {9};
  EXPECT_EQ(session->Recommend({.k = 1, .exclude = exclude}).status().code(),
            StatusCode::kOutOfRange);
  std::vector<ScoredItem> short_list(1);
  EXPECT_EQ(session->RecommendInto({.k = 2}, short_list).status().code(),
            StatusCode::kInvalidArgument);
  std::vector<float> wrong(4);
  EXPECT_EQ(session->ScoreAll(wrong).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(session->event_count(), 1u);
  EXPECT_EQ(Hidden(*session), before);
}

TEST(Session, AssigningNoEventsEmptiesIt) {
  Engine engine(TinySpec());
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Push({2}).ok());
  ASSERT_TRUE(session->Assign({}).ok());
  EXPECT_EQ(session->event_count(), 0u);
  EXPECT_TRUE(session->query().empty());
}

// Each number is finite; the product of them is not.
TEST(Session, AListWhoseScoresOverflowIsAnErrorOfThatCall) {
  ModelSpec spec = SmallSpec(BlockKind::kGated, DType::kF32);
  spec.normalize_hidden = true;
  spec.logit_scale = 3e38f;
  TestModel model(spec);
  std::fill_n(model.data<float>(kItemTable), 131 * 24, 100.0f);
  Engine engine(std::move(model));
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Push({7}).ok());
  EXPECT_EQ(session->Recommend({.k = 3}).status().code(), StatusCode::kInternal);
}

TEST(Session, NumbersThatOverflowAreAnErrorOfThatPushAlone) {
  Engine engine(SmallSpec(BlockKind::kGated, DType::kF32));
  const size_t width = engine.model.view().spec.row_width();
  float* rows = engine.model.data<float>(kItemTable);
  std::fill_n(rows + 7 * width, width, 3e38f);  // finite, so the file is valid
  rows[7 * width] = -3e38f;
  const auto session = engine.NewSession(), other = engine.NewSession();
  EXPECT_EQ(session->Push({7}).code(), StatusCode::kInternal);
  EXPECT_EQ(session->event_count(), 0u);
  for (const auto& each : {session.get(), other.get()}) ASSERT_TRUE(each->Push({3}).ok());
  EXPECT_EQ(session->Push({7}).code(), StatusCode::kInternal);
  EXPECT_EQ(session->event_count(), 1u);
  EXPECT_EQ(Readout(*session), Readout(*other));
  for (const auto& each : {session.get(), other.get()}) ASSERT_TRUE(each->Push({5}).ok());
  EXPECT_EQ(Readout(*session), Readout(*other));
}

}  // namespace
}  // namespace tsugi
