#include "native/eval/baselines.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "native/eval/transitions.h"
#include "tests/native/eval/small_log.h"

namespace tsugi {
namespace {

using Indices = std::vector<uint32_t>;
using Offsets = std::vector<uint64_t>;
using Strings = std::vector<std::string>;

/// The whole list a source gives after `history`, by asking for every item's rank.
std::vector<uint32_t> ListOf(const RankSource& source, size_t item_count,
                             std::vector<uint32_t> history, std::vector<uint32_t> left_out = {}) {
  auto ranker = source.CreateRanker();
  std::vector<uint32_t> list(item_count - left_out.size(), ~0u);
  for (uint32_t item = 0; item < item_count; ++item) {
    const auto rank = (*ranker)->Rank({history, {}, item, left_out});
    if (rank->rank > 0) list.at(rank->rank - 1) = item;
  }
  return list;
}

// Items by frequency: 2 (3x), 0 and 1 (2x), 3 (1x), 4 never.
const SmallLog& Log() {
  static const SmallLog log(5, {{0, 1, 2}, {0, 2, 1}, {3, 2}}, /*held_out=*/0);
  return log;
}
std::shared_ptr<const Popularity> Popular(const SmallLog& log) {
  return std::make_shared<const Popularity>(CountPopularity(log.set()));
}
std::shared_ptr<const Transitions> Edges(const SmallLog& log) {
  return std::make_shared<const Transitions>(CountTransitions(log.set()));
}

TEST(Popularity, OrdersByCountThenIndex) {
  EXPECT_EQ(CountPopularity(Log().set()).order, (Indices{2, 0, 1, 3, 4}));
  EXPECT_EQ(ListOf(*MakePopularity(Popular(Log())), 5, {0}), (Indices{2, 0, 1, 3, 4}));
  EXPECT_EQ(ListOf(*MakePopularity(Popular(Log())), 5, {0}, {2, 1}), (Indices{0, 3, 4}));
}

TEST(Popularity, CountsOnlyTheTrainingPart) {
  const SmallLog log(3, {{0, 2, 2}, {0, 1, 2}}, /*held_out=*/2);
  EXPECT_EQ(CountPopularity(log.set()).counts, (Indices{2, 0, 0}));
}

TEST(SessionPopularity, PutsTheSessionsOwnItemsFirst) {
  const auto source = MakeSessionPopularity(Popular(Log()));
  EXPECT_EQ(ListOf(*source, 5, {4, 3, 4}), (Indices{4, 3, 2, 0, 1}));
  EXPECT_EQ(ListOf(*source, 5, {3, 0}), (Indices{0, 3, 2, 1, 4}));  // tie: the popular one
}

TEST(Transitions, CountConsecutivePairsOfTheTrainingPart) {
  const SmallLog log(4, {{1, 2, 3, 0}, {1, 2, 0}}, /*held_out=*/1);
  const Transitions transitions = CountTransitions(log.set());
  EXPECT_EQ(transitions.offsets, (Offsets{0, 0, 1, 2, 2}));
  EXPECT_EQ(transitions.to, (Indices{2, 3}));
  EXPECT_EQ(transitions.counts, (Indices{2, 1}));
}

TEST(Markov, RanksByTransitionsThenFillsUpWithPopularItems) {
  const SmallLog log(6, {{0, 4, 0, 4, 0, 3}, {2, 2, 2, 2}}, /*held_out=*/0);
  // From 0: 4 twice, 3 once. Popularity: 2 (4x), 0 (3x), 4 (2x), 3 (1x), 1, 5.
  const auto source = MakeMarkov(Edges(log), Popular(log));
  EXPECT_EQ(ListOf(*source, 6, {2, 0}), (Indices{4, 3, 2, 0, 1, 5}));
  EXPECT_EQ(ListOf(*source, 6, {5}), (Indices{2, 0, 4, 3, 1, 5}));
  EXPECT_EQ(ListOf(*source, 6, {2, 0}, {0, 4}), (Indices{3, 2, 1, 5}));
}

TEST(ItemKnn, SimilarityIsShrunkCosineOfCooccurrence) {
  const ItemNeighbours plain = FindNeighbours(Log().set(), 0.0);
  // Item 0 occurs in 2 sequences, item 1 in 2, item 2 in 3; 0 and 1 together in 2, 0 and 2 in 2.
  ASSERT_EQ(plain.of(0).size(), 2u);
  EXPECT_EQ(plain.of(0)[0].item, 1u);
  EXPECT_DOUBLE_EQ(plain.of(0)[0].score, 1.0);
  EXPECT_DOUBLE_EQ(plain.of(0)[1].score, 2.0 / std::sqrt(6.0));
  EXPECT_DOUBLE_EQ(FindNeighbours(Log().set(), 2.0).of(0)[0].score, 0.5);
  EXPECT_TRUE(plain.of(4).empty());
}

TEST(ItemKnn, TrustsRecentEventsMore) {
  // 0 goes with 2, 1 goes with 3.
  const SmallLog log(4, {{0, 2}, {0, 2}, {1, 3}, {1, 3}}, /*held_out=*/0);
  const auto neighbours = std::make_shared<const ItemNeighbours>(FindNeighbours(log.set(), 0.0));
  const auto source = MakeItemKnn(neighbours, Popular(log), 0.5);
  EXPECT_EQ(ListOf(*source, 4, {0, 1}, {0, 1}), (std::vector<uint32_t>{3, 2}));
  EXPECT_EQ(ListOf(*source, 4, {1, 0}, {0, 1}), (std::vector<uint32_t>{2, 3}));
}

TEST(TransitionGraph, DealsByRingAndNeverRepeatsAnItem) {
  // 0 -> 1 -> 2 -> 3; 4 and 5 are only popular.
  const SmallLog log(6, {{0, 1, 2, 3}, {5}, {5}, {4}}, /*held_out=*/0);
  const auto source = MakeTransitionGraph(Edges(log), std::make_shared<const ItemText>(),
                                          Popular(log), SingleAnchorShape());
  EXPECT_EQ(ListOf(*source, 6, {0}), (Indices{1, 2, 3, 5, 0, 4}));
  EXPECT_EQ(ListOf(*source, 6, {0}, {0, 2}), (Indices{1, 3, 5, 4}));
}

TEST(TransitionGraph, OrdersARingByTextAndCount) {
  // 0 -> 1 twice, 0 -> 2 once; item 2 shares its words with item 0.
  const SmallLog log(4, {{0, 1}, {0, 1}, {0, 2}}, /*held_out=*/0);
  const std::string text = "red lipredred lipblue";
  const std::vector<uint64_t> offsets{0, 7, 10, 17, 21};
  const auto words =
      std::make_shared<const ItemText>(ItemText::Build(4, {offsets, text}, StringTableView{}));
  const auto with_text = MakeTransitionGraph(Edges(log), words, Popular(log), DoubleAnchorShape());
  const auto without = MakeTransitionGraph(Edges(log), std::make_shared<const ItemText>(),
                                           Popular(log), DoubleAnchorShape());
  EXPECT_EQ(ListOf(*with_text, 4, {0}, {0})[0], 2u);
  EXPECT_EQ(ListOf(*without, 4, {0}, {0})[0], 1u);
}

TEST(BuildBaselines, NamesThemAndOffersSessionPopularityOnlyWhenSeenItemsStay) {
  const SmallLog log(5, {{0, 1, 2}, {0, 2, 1}, {3, 2, 4}});
  const auto names = [&](bool filter_seen) {
    auto sources = BuildBaselines(log.set(), ItemText(), {.filter_seen = filter_seen});
    std::vector<std::string> found;
    for (const auto& source : *sources) found.push_back(source->name());
    return found;
  };
  EXPECT_EQ(names(true), (Strings{"popularity", "markov", "item_knn", "transition_graph"}));
  EXPECT_EQ(names(false), (Strings{"popularity", "session_popularity", "markov", "item_knn",
                                   "transition_graph"}));
}

TEST(BuildBaselines, WorkWithoutValidationCases) {
  EXPECT_TRUE(BuildBaselines(Log().set(), ItemText(), {}).ok());
}

StringTable TableOf(const std::vector<std::string>& texts) {
  StringTable table;
  for (const std::string& text : texts) table.Append(text);
  return table;
}

std::vector<float> Cosines(const ItemText& text, uint32_t item, size_t count) {
  std::vector<float> cosines(count);
  text.ComputeCosines(item, cosines);
  return cosines;
}

TEST(ItemText, GivesCosineOneToEqualTextsAndZeroToDisjointOnes) {
  const StringTable titles = TableOf({"Red Lip", "red LIP!", "blue nail", "nail blue"});
  const auto cosines = Cosines(ItemText::Build(4, titles.View(), {}), 0, 4);
  EXPECT_NEAR(cosines[0], 1.0f, 1e-6f);
  EXPECT_NEAR(cosines[1], 1.0f, 1e-6f);
  EXPECT_EQ(cosines[2], 0.0f);
}

TEST(ItemText, WeighsRareWordsMore) {
  const StringTable titles = TableOf({"a x", "a y", "a y", "x", "a", "z"});
  const auto cosines = Cosines(ItemText::Build(6, titles.View(), {}), 0, 6);
  EXPECT_GT(cosines[3], cosines[4]);  // x is in two items, a in four
}

TEST(ItemText, ReadsStringsOfMetadataAtAnyDepth) {
  const StringTable metadata =
      TableOf({R"({"id": 1, "tags": ["noir"]})", R"({"more": {"genre": "Noir"}})",
               R"({"tags": ["comedy"]})", "not json"});
  const auto cosines = Cosines(ItemText::Build(4, {}, metadata.View()), 0, 4);
  EXPECT_NEAR(cosines[1], 1.0f, 1e-6f);
  EXPECT_EQ(cosines[2], 0.0f);
  EXPECT_EQ(cosines[3], 0.0f);
}

TEST(ItemText, IsEmptyWithoutText) {
  EXPECT_TRUE(ItemText::Build(3, {}, {}).empty());
  EXPECT_TRUE(ItemText().empty());
}

}  // namespace
}  // namespace tsugi
