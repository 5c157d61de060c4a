#include "core/items/added_items.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "tests/core/tower_engine.h"

namespace tsugi {
namespace {

std::vector<float> Scores(Session& session, size_t count) {
  std::vector<float> scores(count);
  EXPECT_TRUE(session.ScoreAll(scores).ok());
  return scores;
}

TEST(AddedItems, AreRankedWithTheScoresThatScoreAllGives) {
  for (const DType dtype : {DType::kF32, DType::kI8}) {
    for (const uint32_t projection : {0u, 12u}) {
      TowerEngine engine(dtype, projection);
      const auto session = engine.NewSession();
      ASSERT_TRUE(session->Push({5}).ok());
      for (int i = 0; i < 150; ++i)
        engine.Add("new" + std::to_string(i), "word" + std::to_string(i));
      EXPECT_EQ(engine.recommender->item_count(), kItems + 150);
      const auto scores = Scores(*session, kItems + 150);
      const auto list = session->Recommend({.k = 400, .seen = RecommendOptions::Seen::kKeep});
      ASSERT_TRUE(list.ok());
      ASSERT_EQ(list->size(), kItems + 150);
      std::vector<uint32_t> expected(scores.size());
      for (uint32_t i = 0; i < expected.size(); ++i) expected[i] = i;
      std::stable_sort(expected.begin(), expected.end(),
                       [&](uint32_t a, uint32_t b) { return scores[a] > scores[b]; });
      EXPECT_EQ(Items(*list), expected);
    }
  }
}

TEST(AddedItems, ChangeNothingForItemsOfTheFile) {
  TowerEngine engine;
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Push({5}).ok());
  const auto before = Scores(*session, kItems);
  engine.Add("new", "some title");
  const auto after = Scores(*session, kItems + 1);
  EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin()));
}

TEST(AddedItems, CanBePushedSeenFilteredAllowedExcludedAndContinued) {
  TowerEngine engine;
  const uint32_t added = engine.Add("new", "some title", {"color=red"});
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Push({added}).ok());
  ASSERT_TRUE(session->Push({3}).ok());
  const auto holds = [&](const RecommendOptions& options) {
    const auto items = Items(*session->Recommend(options));
    return std::find(items.begin(), items.end(), added) != items.end();
  };
  using Seen = RecommendOptions::Seen;
  EXPECT_TRUE(holds({.k = 200, .seen = Seen::kKeep}));
  EXPECT_FALSE(holds({.k = 200, .seen = Seen::kFilter}));
  const std::vector<uint32_t> only = {added};
  EXPECT_FALSE(holds({.k = 200, .seen = Seen::kKeep, .exclude = only}));
  EXPECT_TRUE(holds({.k = 1, .seen = Seen::kKeep, .allow = only}));
  const std::vector<int32_t> red = {1, kEndClause}, blue = {0, kEndClause};
  EXPECT_TRUE(holds({.k = 200, .seen = Seen::kKeep, .predicate = red}));
  EXPECT_FALSE(holds({.k = 200, .seen = Seen::kKeep, .predicate = blue}));
  const auto next = session->Continue({.n = 1}, {.seen = Seen::kKeep, .allow = only});
  ASSERT_TRUE(next.ok());
  EXPECT_EQ(*next, only);
  EXPECT_TRUE(session->Recommend({.k = 20, .diversity = 0.5f}).ok());
}

TEST(AddedItems, ThePredicateThatWasAskedLastSeesThemToo) {
  TowerEngine engine;
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Push({3}).ok());
  const std::vector<int32_t> red = {1, kEndClause};
  const RecommendOptions options = {.k = 200, .predicate = red};
  const size_t before = session->Recommend(options)->size();
  engine.Add("new", "", {"color=red", "color=unheard"});
  EXPECT_EQ(session->Recommend(options)->size(), before + 1);
}

TEST(AddedItems, AreExplained) {
  TowerEngine engine;
  const uint32_t added = engine.Add("new", "some title");
  const auto session = engine.NewSession();
  for (const uint32_t item : {3u, added, 9u}) ASSERT_TRUE(session->Push({item}).ok());
  const std::vector<uint32_t> items = {added, 4};
  std::vector<ItemReason> reasons(2);
  ASSERT_TRUE(session->Explain(items, reasons).ok());
  EXPECT_LT(reasons[0].event, 3u);
}

TEST(AddedItems, AreFoundByIdAndTheirIdsAreTheirOwn) {
  TowerEngine engine;
  const uint32_t added = engine.Add("new", "some title");
  EXPECT_EQ(*engine.recommender->FindItem("new"), added);
  EXPECT_EQ(*engine.recommender->FindItem("130"), 130u);
  EXPECT_EQ(*engine.recommender->FindItem("131"), std::nullopt);
  for (const std::string_view taken : {"new", "130"}) {
    const auto again = engine.recommender->AddItem({taken, {"another title"}});
    EXPECT_EQ(again.status().code(), StatusCode::kInvalidArgument) << taken;
  }
  EXPECT_EQ(engine.recommender->item_count(), kItems + 1);
}

TEST(AddedItems, BadOnesAndModelsWithoutATowerAreErrors) {
  TowerEngine engine;
  EXPECT_EQ(engine.recommender->AddItem({"", {"title"}}).status().code(),
            StatusCode::kInvalidArgument);
  for (const std::string_view bad : {"red", "=red", "color=re\nd"}) {
    EXPECT_EQ(engine.recommender->AddItem({"new", {"title", {&bad, 1}}}).status().code(),
              StatusCode::kInvalidArgument)
        << bad;
  }
  const std::vector<float> vectors = {1.0f, 2.0f};
  EXPECT_EQ(engine.recommender->AddItem({"new", {"title", {}, vectors}}).status().code(),
            StatusCode::kInvalidArgument)
      << "the model has no modalities";
  EXPECT_EQ(engine.recommender->item_count(), kItems);
  Engine plain(SmallSpec(BlockKind::kGated, DType::kI8));
  EXPECT_EQ(plain.recommender->AddItem({"new", {"title", {}, vectors}}).status().code(),
            StatusCode::kUnsupported);
  EXPECT_EQ(plain.recommender->item_count(), kItems);
}

TEST(AddedItems, ASavedSessionBringsThemBack) {
  TowerEngine engine;
  const uint32_t first = engine.Add("a", "red shoe", {"color=red"});
  const uint32_t second = engine.Add("b", "blue shoe", {"color=blue", "kind=shoe"});
  const auto session = engine.NewSession();
  for (const uint32_t item : {3u, second, first}) ASSERT_TRUE(session->Push({item}).ok());
  const auto expected = Scores(*session, kItems + 2);

  TowerEngine other;  // knows one of the two by another place
  other.Add("b", "blue shoe", {"color=blue", "kind=shoe"});
  const auto restored = other.NewSession();
  ASSERT_TRUE(restored->Restore(Saved(*session)).ok());
  EXPECT_FALSE(*other.recommender->FindItem("a")) << "the session's own";
  const auto scores = Scores(*restored, kItems + 2);
  EXPECT_NEAR(scores[kItems], expected[second], 1e-5);
  EXPECT_NEAR(scores[kItems + 1], expected[first], 1e-5);
  EXPECT_NEAR(scores[7], expected[7], 1e-5);
}

TEST(AddedItems, AreRankedByTheVectorsTheyBring) {
  for (const DType dtype : {DType::kF32, DType::kI8}) {
    TowerEngine engine(dtype, 0, {3, 2});
    const std::vector<float> one = {1, 0, 0, NAN, 0}, same = {7, 0, 0, 0, 0},
                             other = {0, 1, 0, 1, 1};
    for (const auto& [id, vectors] : {std::pair("one", one), {"same", same}, {"other", other}}) {
      ASSERT_TRUE(engine.recommender->AddItem({id, {"red shoe", {}, vectors}}).ok());
    }
    engine.Add("none", "red shoe");
    const auto session = engine.NewSession();
    ASSERT_TRUE(session->Push({5}).ok());
    const auto scores = Scores(*session, kItems + 4);
    EXPECT_EQ(scores[kItems], scores[kItems + 1]) << "the length does not count";
    EXPECT_NE(scores[kItems], scores[kItems + 2]);
    EXPECT_NE(scores[kItems], scores[kItems + 3]);
    EXPECT_EQ(engine.recommender->added_items()[0].vectors, BytesOf(one));
  }
}

TEST(AddedItems, WithWrongVectorsAreErrorsAndAddNothing) {
  TowerEngine engine(DType::kI8, 0, {3, 2});
  for (const std::vector<float>& bad : std::vector<std::vector<float>>{
           {1}, {1, 2, 3}, {1, 2, 3, 4, 5, 6}, {1, NAN, 3, 4, 5}, {1, 2, 3, 4, INFINITY}}) {
    const auto added = engine.recommender->AddItem({"new", {"title", {}, bad}});
    EXPECT_EQ(added.status().code(), StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(engine.recommender->item_count(), kItems);
  EXPECT_FALSE(*engine.recommender->FindItem("new"));
}

TEST(AddedItems, HundredThousandAreTaken) {
  TowerEngine engine;
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Push({5}).ok());
  for (int i = 0; i < 100'000; ++i) engine.Add("n" + std::to_string(i), "w" + std::to_string(i));
  EXPECT_EQ(session->Recommend({.k = 10})->size(), 10u);
}

}  // namespace
}  // namespace tsugi
