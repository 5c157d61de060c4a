// What a visitor or a page asks of a session beyond its events: dislikes, popularity, likeness,
// and shelves.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/shelves.h"
#include "tests/core/rules_engine.h"
#include "tests/core/tower_engine.h"

namespace tsugi {
namespace {

constexpr RankingCase kPlain = {"table", DType::kI8, true};
constexpr RankingCase kCounted = {"counted", DType::kI8,      true, kRuleItems,
                                  false,     Ranking::kTable, "",   /*has_counts=*/true};

Event Dislike(uint32_t item) { return {.item_index = item, .is_dislike = true}; }

std::vector<ScoredItem> Similar(const RulesEngine& engine, std::vector<uint32_t> items,
                                const RecommendOptions& options = {}) {
  std::vector<ScoredItem> list(options.k);
  const auto count = engine.recommender->SimilarInto(items, options, list);
  EXPECT_TRUE(count.ok()) << count.status().message();
  list.resize(*count);
  return list;
}

TEST(SessionDislikes, AreEventsThatNoEncoderReadsAndRollbackTakesBack) {
  RulesEngine engine(kPlain);
  const auto session = engine.NewSession(), plain = engine.NewSession();
  std::vector<std::vector<uint8_t>> before;
  const std::vector<Event> events = {{3}, Dislike(9), Dislike(9), {5}, Dislike(4), {4}, {8}};
  for (const Event& event : events) {
    before.push_back(Saved(*session));
    ASSERT_TRUE(session->Push(event).ok());
    if (!event.is_dislike) {
      ASSERT_TRUE(plain->Push(event).ok());
    }
    EXPECT_EQ(Hidden(*session), Hidden(*plain));
  }
  EXPECT_EQ(session->event_count(), events.size());
  const auto held = session->Events();
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(held[i].item_index, events[i].item_index);
    EXPECT_EQ(held[i].is_dislike, events[i].is_dislike);
  }
  const auto assigned = engine.NewSession();
  ASSERT_TRUE(assigned->Assign(events).ok());
  EXPECT_EQ(Saved(*assigned), Saved(*session));
  const auto restored = engine.NewSession();
  ASSERT_TRUE(restored->Restore(Saved(*session)).ok());
  EXPECT_EQ(Saved(*restored), Saved(*session));
  EXPECT_EQ(Items(*restored->Recommend({.k = 20})), Items(*session->Recommend({.k = 20})));
  for (size_t left = events.size(); left-- > 0;) {
    ASSERT_TRUE(session->Rollback(1).ok());
    EXPECT_EQ(session->event_count(), left);
    EXPECT_EQ(Saved(*session), before[left]);
  }
  for (size_t count = 1; count <= events.size(); ++count) {
    ASSERT_TRUE(session->Restore(Saved(*restored)).ok());
    ASSERT_TRUE(session->Rollback(count).ok());
    EXPECT_EQ(Saved(*session), before[events.size() - count]);
  }
}

TEST(SessionDislikes, HoldUntilAnotherEventOfTheItem) {
  RulesEngine engine(kPlain);
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Push({3}).ok());
  const auto liked = Items(*session->Recommend({.k = kRuleItems}));
  ASSERT_TRUE(session->Push(Dislike(liked[0])).ok());
  const auto without = Items(*session->Recommend({.k = kRuleItems, .seen = Seen::kKeep}));
  EXPECT_EQ(std::ranges::count(without, liked[0]), 0);
  const auto drawn = *session->Continue({.n = 50, .temperature = 9.0f, .seed = 4});
  EXPECT_EQ(std::ranges::count(drawn, liked[0]), 0);
  ASSERT_TRUE(session->Push({liked[0]}).ok());
  const auto again = Items(*session->Recommend({.k = kRuleItems, .seen = Seen::kKeep}));
  EXPECT_EQ(std::ranges::count(again, liked[0]), 1);
  ASSERT_TRUE(session->Rollback(1).ok());
  EXPECT_EQ(Items(*session->Recommend({.k = kRuleItems, .seen = Seen::kKeep})), without);
}

TEST(SessionDislikes, OfAnEmptySessionShapeItsFirstListAndExplainNothing) {
  RulesEngine engine(kCounted);
  const auto session = engine.NewSession();
  const auto popular = *session->Recommend({.k = 2});
  ASSERT_TRUE(session->Push(Dislike(popular[0].item_index)).ok());
  EXPECT_NE(session->Recommend({.k = 1})->at(0).item_index, popular[0].item_index);
  std::vector<ItemReason> reasons(1);
  ASSERT_TRUE(session->Explain({{5}}, reasons).ok());
  EXPECT_EQ(reasons[0].event, -1);
  EXPECT_EQ(session->Push(Dislike(kRuleItems)).code(), StatusCode::kOutOfRange);
}

TEST(SessionDislikes, CountAsEventsInReasons) {
  RulesEngine engine(kPlain);
  const auto session = engine.NewSession(), plain = engine.NewSession();
  for (const Event& event : {Dislike(1), Event{3}, Dislike(2), Event{5}}) {
    ASSERT_TRUE(session->Push(event).ok());
    if (!event.is_dislike) {
      ASSERT_TRUE(plain->Push(event).ok());
    }
  }
  std::vector<ItemReason> reasons(2), of_plain(2);
  const std::vector<uint32_t> items = {40, 41};
  ASSERT_TRUE(session->Explain(items, reasons).ok() && plain->Explain(items, of_plain).ok());
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(reasons[i].event, of_plain[i].event == 0 ? 1 : 3);
    EXPECT_EQ(reasons[i].event_item, of_plain[i].event_item);
  }
}

TEST(SessionPopularity, ShiftsEveryScoreByTheLogCount) {
  for (const bool has_codes : {false, true}) {
    RankingCase with_counts = kCounted;
    with_counts.has_codes = has_codes;
    with_counts.items = has_codes ? 3000 : kRuleItems;
    if (has_codes) with_counts.dtype = DType::kF32;
    RulesEngine engine(with_counts);
    const auto session = engine.NewSession();
    std::map<uint32_t, float> log_counts;
    const auto popular = *session->Recommend({.k = with_counts.items});
    for (const ScoredItem& item : popular) {
      log_counts[item.item_index] = item.score;
    }
    ASSERT_TRUE(session->Push({3}).ok());
    for (const float popularity : {-1.0f, -0.3f, 0.5f, 1.0f}) {
      auto expected = *session->Recommend({.k = with_counts.items, .exact = true});
      for (ScoredItem& item : expected) item.score += popularity * log_counts[item.item_index];
      std::ranges::sort(expected, RanksBefore);
      const auto list = *session->Recommend({.k = 50, .popularity = popularity});
      ASSERT_EQ(list.size(), 50u);
      expected.resize(50);
      EXPECT_EQ(Items(list), Items(expected)) << popularity;
    }
  }
}

TEST(SessionPopularity, IsRefusedOutsideItsRangeAndWithoutCounts) {
  RulesEngine with(kCounted), without(kPlain);
  const auto code = [](RulesEngine& engine, float popularity) {
    return engine.NewSession()->Recommend({.popularity = popularity}).status().code();
  };
  EXPECT_EQ(code(with, 1.01f), StatusCode::kInvalidArgument);
  EXPECT_EQ(code(with, std::nanf("")), StatusCode::kInvalidArgument);
  EXPECT_EQ(code(without, 0.5f), StatusCode::kUnsupported);
  EXPECT_EQ(code(without, 0.0f), StatusCode::kOk);
}

TEST(Similar, RanksByTheCosineOfTheRowsAndLeavesTheItemsOut) {
  for (const RankingCase& of : {kPlain, RankingCase{"table_f32", DType::kF32}}) {
    RulesEngine engine(of);
    const auto list = Similar(engine, {7}, {.k = kRuleItems});
    ASSERT_EQ(list.size(), kRuleItems - 1);
    for (size_t i = 0; i < list.size(); ++i) {
      ASSERT_NE(list[i].item_index, 7u);
      EXPECT_NEAR(list[i].score, engine.Cosine(7, list[i].item_index), 1e-4);
      if (i > 0) {
        EXPECT_LE(list[i].score, list[i - 1].score);
      }
    }
    EXPECT_EQ(Items(Similar(engine, {7}, {.k = 5})), Items({list.begin(), list.begin() + 5}));
  }
}

TEST(Similar, ToSeveralItemsIsLikeTheirMeanDirection) {
  RulesEngine engine(kPlain);
  const auto list = Similar(engine, {7, 20}, {.k = kRuleItems});
  ASSERT_EQ(list.size(), kRuleItems - 2);
  const double both = std::sqrt(2 + 2 * engine.Cosine(7, 20));
  for (const ScoredItem& item : list) {
    const double mean =
        (engine.Cosine(7, item.item_index) + engine.Cosine(20, item.item_index)) / both;
    EXPECT_NEAR(item.score, mean, 1e-4);
  }
}

TEST(Similar, ObeysTheOptionsAndNamesWhatIsWrong) {
  RulesEngine engine(kCounted);
  const std::vector<int32_t> predicate = {2, kEndClause};
  for (const ScoredItem& item : Similar(engine, {7}, {.k = 20, .predicate = predicate})) {
    EXPECT_TRUE(engine.Has(item.item_index, 2));
  }
  EXPECT_NE(Items(Similar(engine, {7}, {.popularity = 1.0f})), Items(Similar(engine, {7})));
  EXPECT_EQ(Similar(engine, {7}, {.k = 20, .diversity = 0.5f}).size(), 20u);
  std::vector<ScoredItem> list(10);
  const auto code = [&](std::vector<uint32_t> items) {
    return engine.recommender->SimilarInto(items, {}, list).status().code();
  };
  EXPECT_EQ(code({}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({kRuleItems}), StatusCode::kOutOfRange);
}

std::vector<Shelf> Shelves(Session& session, const ShelfOptions& options = {},
                           const RecommendOptions& filter = {}) {
  auto shelves = session.Shelves(options, filter);
  EXPECT_TRUE(shelves.ok()) << shelves.status().message();
  std::set<uint32_t> all;
  for (const Shelf& shelf : *shelves) {
    EXPECT_FALSE(shelf.items.empty());
    EXPECT_LE(shelf.items.size(), options.per_row);
    for (const ScoredItem& item : shelf.items) {
      EXPECT_TRUE(all.insert(item.item_index).second) << item.item_index << " is there twice";
    }
  }
  EXPECT_LE(shelves->size(), options.rows);
  return *shelves;
}

TEST(Shelves, BeginWithTheListOfTheSessionAndTakeTurns) {
  RulesEngine engine(kCounted);
  const auto session = engine.NewSession();
  std::vector<uint32_t> fans;  // items of the attribute 4, the visitor's taste
  for (uint32_t item = 0; fans.size() < 3; ++item) {
    if (engine.Has(item, 4)) fans.push_back(item);
  }
  for (const size_t i : {0, 1, 0, 2}) ASSERT_TRUE(session->Push({fans[i]}).ok());
  const auto shelves = Shelves(*session, {.rows = 6});
  ASSERT_EQ(shelves.size(), 6u);
  EXPECT_EQ(shelves[0].kind, Shelf::Kind::kForYou);
  EXPECT_EQ(Items(shelves[0].items), Items(*session->Recommend({.k = 12})));
  std::vector<uint32_t> like;
  std::set<Shelf::Kind> kinds;
  std::vector<uint32_t> topics;
  for (const Shelf& shelf : shelves) {
    if (shelf.kind == Shelf::Kind::kAttribute) topics.push_back(shelf.subject);
    kinds.insert(shelf.kind);
    if (shelf.kind == Shelf::Kind::kLike) like.push_back(shelf.subject);
    for (const ScoredItem& item : shelf.items) {
      if (shelf.kind == Shelf::Kind::kAttribute) {
        EXPECT_TRUE(engine.Has(item.item_index, shelf.subject));
      }
    }
    EXPECT_TRUE(std::ranges::is_sorted(shelf.items, std::greater(), &ScoredItem::score));
  }
  EXPECT_EQ(like, (std::vector<uint32_t>{fans[2], fans[0], fans[1]}));
  EXPECT_EQ(std::ranges::count(topics, 4u), 1);
  EXPECT_TRUE(kinds.contains(Shelf::Kind::kLongTail));
}

TEST(Shelves, OfAnEmptySessionArePopularAndByAttribute) {
  RulesEngine engine(kCounted);
  const auto session = engine.NewSession();
  const auto shelves = Shelves(*session, {.rows = 3});
  ASSERT_EQ(shelves.size(), 3u);
  EXPECT_EQ(shelves[0].kind, Shelf::Kind::kPopular);
  EXPECT_EQ(shelves[1].kind, Shelf::Kind::kAttribute);
}

TEST(Shelves, ObeyFiltersDislikesAndLimits) {
  RulesEngine engine(kCounted);
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Push({3}).ok());
  ASSERT_TRUE(session->Push(Dislike(40)).ok());
  const std::vector<int32_t> predicate = {~2, kEndClause};
  const std::vector<uint32_t> exclude = {1, 2};
  for (const Shelf& shelf :
       Shelves(*session, {.rows = 9}, {.exclude = exclude, .predicate = predicate})) {
    for (const ScoredItem& item : shelf.items) {
      EXPECT_FALSE(engine.Has(item.item_index, 2));
      EXPECT_GT(item.item_index, 2u);
      EXPECT_NE(item.item_index, 40u);
    }
  }
  const std::vector<uint32_t> none;
  EXPECT_TRUE(Shelves(*session, {}, {.allow = none}).empty());
  for (const ShelfOptions& bad : {ShelfOptions{0, 5}, {5, 0}, {101, 5}, {5, 1001}}) {
    EXPECT_EQ(session->Shelves(bad).status().code(), StatusCode::kInvalidArgument);
  }
}

TEST(Shelves, HoldAddedItemsAndOutliveThoseThatWereRemoved) {
  TowerEngine engine;
  const auto session = engine.NewSession();
  std::vector<uint32_t> added;
  for (const char* id : {"a", "b", "c", "d", "e"}) added.push_back(engine.Add(id, "red shoe"));
  ASSERT_TRUE(session->Push({added[0]}).ok());
  const auto shelves = Shelves(*session, {.rows = 20, .per_row = 2});
  const auto is_new = [](const Shelf& shelf) { return shelf.kind == Shelf::Kind::kNew; };
  const auto found = std::ranges::find_if(shelves, is_new);
  ASSERT_NE(found, shelves.end());
  for (const ScoredItem& item : found->items) EXPECT_GE(item.item_index, kItems);
  for (const uint32_t item : added) ASSERT_TRUE(engine.recommender->RemoveItem(item).ok());
  EXPECT_EQ(std::ranges::count_if(Shelves(*session), is_new), 0);
}

}  // namespace
}  // namespace tsugi
