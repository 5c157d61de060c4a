// Items that belong to one session, and what a saved session takes along.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/core/tower_engine.h"

namespace tsugi {
namespace {

/// A saved session whose only event is an added item.
std::vector<uint8_t> VisitorWith(const std::string& id, const std::string& title) {
  TowerEngine engine;
  const auto session = engine.NewSession();
  EXPECT_TRUE(session->Push({engine.Add(id, title, {"color=red"})}).ok());
  return Saved(*session);
}

bool Contains(const std::vector<uint8_t>& bytes, std::string_view text) {
  return std::search(bytes.begin(), bytes.end(), text.begin(), text.end()) != bytes.end();
}

bool Lists(Session& session, uint32_t item) {
  const auto list = session.Recommend({.k = kItems + 100, .seen = RecommendOptions::Seen::kKeep});
  EXPECT_TRUE(list.ok());
  return std::ranges::any_of(*list, [&](const ScoredItem& one) { return one.item_index == item; });
}

TEST(SessionItems, WhatOneVisitorRestoresNoOtherMeets) {
  TowerEngine engine;
  const auto anna = engine.NewSession(), ben = engine.NewSession();
  ASSERT_TRUE(anna->Restore(VisitorWith("diary", "private title")).ok());
  ASSERT_TRUE(ben->Push({3}).ok());
  const auto item = *anna->FindItem("diary");
  ASSERT_TRUE(item);
  EXPECT_TRUE(Lists(*anna, *item));
  EXPECT_FALSE(Lists(*ben, *item));
  EXPECT_FALSE(*ben->FindItem("diary"));
  EXPECT_FALSE(*engine.recommender->FindItem("diary"));
  EXPECT_EQ(ben->Push({*item}).code(), StatusCode::kOutOfRange);
  EXPECT_FALSE(Contains(Saved(*ben), "diary"));
  EXPECT_FALSE(Contains(Saved(*ben), "private title"));
  std::vector<uint32_t> drawn = *ben->Continue({.n = 20, .temperature = 50.0f});
  EXPECT_EQ(std::ranges::count(drawn, *item), 0);
}

TEST(SessionItems, TwoVisitorsMayUseOneId) {
  TowerEngine engine;
  const auto anna = engine.NewSession(), ben = engine.NewSession();
  ASSERT_TRUE(anna->Restore(VisitorWith("mine", "her title")).ok());
  ASSERT_TRUE(ben->Restore(VisitorWith("mine", "his title")).ok());
  EXPECT_NE(**anna->FindItem("mine"), **ben->FindItem("mine"));
  EXPECT_TRUE(Contains(Saved(*anna), "her title"));
  EXPECT_FALSE(Contains(Saved(*anna), "his title"));
  EXPECT_TRUE(Contains(Saved(*ben), "his title"));
}

TEST(SessionItems, EndWithTheirSessionAndTheirPlacesServeOthers) {
  TowerEngine engine;
  const auto bytes = VisitorWith("mine", std::string(1000, 'x'));
  const auto stranger = engine.NewSession();
  const size_t empty = stranger->SavedBytes();
  for (int visitor = 0; visitor < 1000; ++visitor) {
    const auto session = engine.NewSession();
    ASSERT_TRUE(session->Restore(bytes).ok());
    ASSERT_TRUE(session->Recommend({}).ok());
  }
  EXPECT_EQ(engine.recommender->item_count(), kItems + 1);
  EXPECT_EQ(stranger->SavedBytes(), empty);
}

TEST(SessionItems, AreFoundByIdHoweverManyCameAndWent) {
  TowerEngine engine;
  const auto session = engine.NewSession();
  for (int i = 0; i < 3000; ++i) {
    const std::string id = "item" + std::to_string(i);
    ASSERT_TRUE(session->AddItem({id, {"title"}}).ok());
    if (i % 3 == 0) continue;
    ASSERT_TRUE(session->RemoveItem(**session->FindItem(id)).ok());
  }
  for (int i = 0; i < 3000; ++i) {
    EXPECT_EQ((*session->FindItem("item" + std::to_string(i))).has_value(), i % 3 == 0) << i;
  }
  EXPECT_LE(engine.recommender->item_count(), kItems + 1001);
}

TEST(SessionItems, ItsOwnIsRankedSavedAndRemoved) {
  TowerEngine engine;
  const auto session = engine.NewSession();
  const std::string_view attribute = "color=red";
  const auto own = session->AddItem({"mine", {"red shoe", {&attribute, 1}}});
  ASSERT_TRUE(own.ok());
  EXPECT_TRUE(Lists(*session, *own));
  EXPECT_TRUE(Contains(Saved(*session), "red shoe")) << "although no event names it";
  EXPECT_EQ(session->AddItem({"mine", {"again", {}}}).status().code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(engine.recommender->RemoveItem(*own).code(), StatusCode::kOutOfRange);
  ASSERT_TRUE(session->RemoveItem(*own).ok());
  EXPECT_FALSE(Lists(*session, *own));
  EXPECT_FALSE(Contains(Saved(*session), "red shoe"));
  EXPECT_EQ(session->RemoveItem(*own).code(), StatusCode::kOutOfRange);
}

TEST(SessionItems, ASaveHoldsNoAddedItemThatItsEventsDoNotName) {
  TowerEngine engine;
  const uint32_t named = engine.Add("a", "red shoe"), other = engine.Add("b", "blue shoe");
  const auto session = engine.NewSession();
  for (const uint32_t item : {named, 3u, named}) ASSERT_TRUE(session->Push({item}).ok());
  EXPECT_NE(named, other);
  EXPECT_TRUE(Contains(Saved(*session), "red shoe"));
  EXPECT_FALSE(Contains(Saved(*session), "blue shoe"));
  const auto restored = engine.NewSession();
  ASSERT_TRUE(restored->Restore(Saved(*session)).ok());
  EXPECT_EQ(Saved(*restored), Saved(*session));
}

TEST(SessionItems, ARemovedItemIsListedNoMoreButEventsKeepIt) {
  TowerEngine engine;
  const uint32_t item = engine.Add("old", "red shoe", {"color=red"});
  auto holder = engine.NewSession();
  for (const uint32_t event : {3u, item, 5u}) ASSERT_TRUE(holder->Push({event}).ok());
  const auto before = Saved(*holder);
  ASSERT_TRUE(engine.recommender->RemoveItem(item).ok());
  EXPECT_FALSE(*engine.recommender->FindItem("old"));
  EXPECT_FALSE(Lists(*holder, item));
  EXPECT_EQ(Saved(*holder).size(), before.size() - 3) << "as before, without the id 'old'";
  const uint32_t next = engine.Add("new", "blue shoe");
  EXPECT_NE(next, item) << "its place is held by an event";
  ASSERT_TRUE(engine.NewSession()->Restore(before).ok());
  holder = nullptr;
  EXPECT_EQ(engine.Add("newer", "blue shoe"), item);
  EXPECT_EQ(engine.recommender->RemoveItem(3).code(), StatusCode::kOutOfRange);
}

// A session that names a removed item comes back with the same scores, and the item stays removed.
TEST(SessionItems, ARemovedItemStaysRemovedAfterARestore) {
  TowerEngine engine;
  const auto session = engine.NewSession(), restored = engine.NewSession();
  std::vector<uint32_t> gone;
  for (const char* title : {"red shoe", "blue shoe"}) {
    gone.push_back(*session->AddItem({"old", {title, {}}}));
    ASSERT_TRUE(session->Push({gone.back()}).ok());
    ASSERT_TRUE(session->RemoveItem(gone.back()).ok());
  }
  ASSERT_TRUE(session->AddItem({"removed", {"green shoe", {}}}).ok());
  const auto saved = Saved(*session);
  ASSERT_EQ(restored->Restore(saved).message(), "");
  EXPECT_EQ(restored->event_count(), 2u);
  EXPECT_FALSE(*restored->FindItem("old"));
  EXPECT_TRUE(*restored->FindItem("removed"));
  const RecommendOptions all = {.k = kItems + 100, .seen = RecommendOptions::Seen::kKeep};
  const auto list = *session->Recommend(all), again = *restored->Recommend(all);
  ASSERT_EQ(list.size(), kItems + 1u);
  ASSERT_EQ(again.size(), list.size());
  for (size_t i = 0; i < list.size(); ++i) EXPECT_EQ(again[i].score, list[i].score);
  EXPECT_EQ(Saved(*restored).size(), saved.size());
  ASSERT_TRUE(restored->Rollback(2).ok());
  EXPECT_FALSE(Contains(Saved(*restored), "red shoe"));
}

TEST(SessionItems, ItsOwnHidesEverybodysOfTheSameId) {
  TowerEngine engine;
  const auto anna = engine.NewSession(), ben = engine.NewSession();
  const uint32_t own = *anna->AddItem({"mine", {"red shoe", {}}});
  const uint32_t all = engine.Add("mine", "blue shoe");
  for (const auto* session : {&anna, &ben}) ASSERT_TRUE((*session)->Push({3}).ok());
  EXPECT_TRUE(Lists(*anna, own));
  EXPECT_FALSE(Lists(*anna, all));
  EXPECT_TRUE(Lists(*ben, all));
  EXPECT_EQ(**anna->FindItem("mine"), own);
  ASSERT_TRUE(anna->RemoveItem(own).ok());
  EXPECT_TRUE(Lists(*anna, all));
}

TEST(SessionItems, TheVectorsOfAnItemAreSavedAndItsRowComesBackToTheBit) {
  for (const DType dtype : {DType::kF32, DType::kI8}) {
    TowerEngine engine(dtype, 0, {3, 2}), other(dtype, 0, {3, 2});
    const std::vector<float> vectors = {0.1f, -3e-20f, 7, NAN, 2};
    const auto session = engine.NewSession();
    ASSERT_TRUE(session->AddItem({"named", {"red shoe", {}, vectors}}).ok());
    ASSERT_TRUE(session->AddItem({"plain", {"red shoe"}}).ok());
    ASSERT_TRUE(session->Push({kItems}).ok());
    const auto bytes = Saved(*session);
    EXPECT_EQ(bytes[4], 4) << "the version";
    const auto restored = other.NewSession();
    ASSERT_TRUE(restored->Restore(bytes).ok());
    EXPECT_EQ(Saved(*restored), bytes);
    std::vector<float> expected(kItems + 2), scores(kItems + 2);
    ASSERT_TRUE(session->ScoreAll(expected).ok());
    ASSERT_TRUE(restored->ScoreAll(scores).ok());
    EXPECT_EQ(scores, expected);
    EXPECT_NE(scores[kItems], scores[kItems + 1]);
    ASSERT_TRUE(session->RemoveItem(**session->FindItem("named")).ok());
    ASSERT_TRUE(session->Rollback(1).ok());
    EXPECT_EQ(Saved(*session)[4], 2) << "no vectors are left";
  }
}

TEST(SessionItems, SavedVectorsThatTheModelDoesNotTakeAreRefused) {
  for (const std::vector<uint32_t>& widths : {std::vector<uint32_t>{3, 2}, {}}) {
    TowerEngine engine(DType::kI8, 0, widths);
    const auto session = engine.NewSession();
    ASSERT_TRUE(session->Push({3}).ok());
    const auto before = Saved(*session);
    for (const std::vector<float>& bad : std::vector<std::vector<float>>{
             {1}, {1, 2, 3, INFINITY, 5}, {1, NAN, 3, 4, 5}, {1, 2, 3, 4, 5, 6}}) {
      const SavedSession content = {{}, {{"good", "title", ""}, {"bad", "", "", BytesOf(bad)}}};
      std::vector<uint8_t> bytes(SavedSessionBytes(content));
      SaveSession(77, content, bytes);
      EXPECT_EQ(session->Restore(bytes).code(), StatusCode::kInvalidArgument);
      EXPECT_EQ(Saved(*session), before);
      EXPECT_FALSE(*session->FindItem("good"));
    }
  }
}

TEST(SessionItems, ARestoreThatIsRefusedLeavesTheSessionAndTheCatalogueAsTheyWere) {
  TowerEngine engine;
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Restore(VisitorWith("first", "red shoe")).ok());
  const auto before = Saved(*session);
  const SavedSession bad = {{{kItems}, {kItems + 1}},
                            {{"good", "title", ""}, {"bad", "title", "no attribute\n"}}};
  std::vector<uint8_t> bytes(SavedSessionBytes(bad));
  SaveSession(77, bad, bytes);
  EXPECT_EQ(session->Restore(bytes).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(Saved(*session), before);
  EXPECT_FALSE(*session->FindItem("good"));
  ASSERT_TRUE(session->Restore(VisitorWith("second", "blue shoe")).ok());
  EXPECT_FALSE(*session->FindItem("first")) << "replaced with the session that brought it";
}

}  // namespace
}  // namespace tsugi
