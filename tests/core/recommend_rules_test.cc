// Filters, caps, diversity and explanations for every ranking, against a plain computation over the
// whole ranking.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/shifted_ranker.h"
#include "tests/core/rules_engine.h"

namespace tsugi {
namespace {

class RecommendRules : public testing::TestWithParam<RankingCase> {
 protected:
  RecommendRules() : engine_(GetParam()), session_(engine_.NewSession()) {
    EXPECT_TRUE(session_->Assign(RandomEvents(12, items())).ok());
  }
  uint32_t items() const { return GetParam().items; }
  /// The options with the case's ranking. The beam is as wide as can be, so that it reaches all.
  RecommendOptions Of(RecommendOptions options) const {
    options.ranking = GetParam().ranking;
    options.query = GetParam().words;
    options.beam = GetParam().is_by_ids() ? 64 : 0;
    return options;
  }
  std::vector<ScoredItem> List(const RecommendOptions& options) {
    auto list = session_->Recommend(Of(options));
    EXPECT_TRUE(list.ok()) << list.status().message();
    return list.ok() ? std::move(list).value() : std::vector<ScoredItem>();
  }
  /// All items, best first, that `is_wanted` and have not been seen.
  template <typename Wanted>
  std::vector<uint32_t> Filtered(const Wanted& is_wanted, bool keep_seen = false) {
    const auto events = RandomEvents(12, items());
    std::vector<uint32_t> kept;
    for (const uint32_t item : Items(List({.k = items(), .seen = Seen::kKeep}))) {
      const bool is_seen = std::any_of(events.begin(), events.end(), [item](const Event& event) {
        return event.item_index == item;
      });
      if (is_wanted(item) && (keep_seen || !is_seen)) kept.push_back(item);
    }
    return kept;
  }
  void ExpectGreedy(const RecommendOptions& options) {
    if (options.k > items()) return;
    RecommendOptions plain = options;
    plain.k = items();
    plain.cap = 0;
    plain.diversity = 0;
    EXPECT_EQ(Items(List(options)), GreedyList(engine_, *session_, List(plain), options))
        << "k " << options.k << ", cap " << options.cap << ", diversity " << options.diversity;
  }
  RulesEngine engine_;
  std::unique_ptr<Session> session_;
};

TEST_P(RecommendRules, CapsGiveWhatGreedySelectionOverTheFullRankingGives) {
  const std::vector<uint32_t> some = {1, 4, 5};
  const std::vector<uint32_t> every = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  for (const uint32_t cap : {1u, 2u, 5u, 300u}) {
    for (const uint32_t k : {1u, 5u, 40u, 200u, 700u}) {
      ExpectGreedy({.k = k, .cap = cap, .cap_attributes = some});
      ExpectGreedy({.k = k, .cap = cap, .cap_attributes = every});
    }
  }
}

TEST_P(RecommendRules, DiversityGivesTheMaximalMarginalRelevanceOfTheWholeCatalogue) {
  const std::vector<uint32_t> some = {0, 3};
  for (const float diversity : {0.1f, 0.3f, 0.7f, 1.0f}) {
    for (const uint32_t k : {1u, 5u, 30u}) {
      ExpectGreedy({.k = k, .diversity = diversity});
      ExpectGreedy({.k = k, .cap = 2, .cap_attributes = some, .diversity = diversity});
    }
  }
}

TEST_P(RecommendRules, TheWholeRankingHoldsEveryItemOnceByFallingScore) {
  const auto ranking = List({.k = items(), .seen = Seen::kKeep});
  ASSERT_EQ(ranking.size(), items());
  std::vector<bool> is_there(items());
  for (size_t i = 0; i < ranking.size(); ++i) {
    EXPECT_FALSE(is_there[ranking[i].item_index]);
    is_there[ranking[i].item_index] = true;
    EXPECT_LE(ranking[i].score, ranking[i == 0 ? 0 : i - 1].score) << i;
  }
  EXPECT_EQ(List({.k = items() + 5, .seen = Seen::kKeep}).size(), items());
}

TEST_P(RecommendRules, AllowedItemsAloneAreRanked) {
  const uint32_t last = items() - 1;
  const std::vector<uint32_t> allow = {last, 3, 44, 3, 28, 0, 43}, exclude = {44};
  const std::vector<uint32_t> wanted = {last, 3, 28, 0, 43};
  const auto is_wanted = [&](uint32_t item) {
    return std::count(wanted.begin(), wanted.end(), item) > 0;
  };
  EXPECT_EQ(Items(List({.k = 20, .seen = Seen::kKeep, .exclude = exclude, .allow = allow})),
            Filtered(is_wanted, /*keep_seen=*/true));
  EXPECT_EQ(List({.k = items(), .seen = Seen::kKeep}).size(), items())
      << "the filter of one call leaves no trace in the next";
}

TEST_P(RecommendRules, ExcludedAndSeenItemsAreSkipped) {
  const auto everything = [](uint32_t) { return true; };
  EXPECT_EQ(Items(List({.k = items()})), Filtered(everything));
  EXPECT_EQ(Items(List({.k = items(), .seen = Seen::kFilter})), Filtered(everything));
  auto all = Filtered(everything);
  const std::vector<uint32_t> best(all.begin(), all.begin() + 7);
  all.erase(all.begin(), all.begin() + 7);
  for (const uint32_t k : {1u, 10u, 30u}) {
    const auto list = Items(List({.k = k, .exclude = best}));
    EXPECT_EQ(list, std::vector<uint32_t>(all.begin(), all.begin() + k)) << k;
  }
}

TEST_P(RecommendRules, ThePredicateRanksTheItemsThatMeetIt) {
  const std::vector<int32_t> predicate = {1, 2, kEndClause, ~3, kEndClause};
  const auto expected = Filtered([&](uint32_t item) {
    return (engine_.Has(item, 1) || engine_.Has(item, 2)) && !engine_.Has(item, 3);
  });
  ASSERT_GT(expected.size(), 5u);
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ(Items(List({.k = items(), .predicate = predicate})), expected);
  }
  EXPECT_EQ(Items(List({.k = 5, .predicate = predicate})),
            std::vector<uint32_t>(expected.begin(), expected.begin() + 5));
  ExpectGreedy(
      {.k = 30, .predicate = predicate, .cap = 3, .cap_attributes = {{1, 5}}, .diversity = 0.4f});
}

TEST_P(RecommendRules, WhatTheVisitorDislikesIsGoneAndItsLikeFall) {
  const uint32_t hated[] = {8, 23};
  auto expected = List({.k = items(), .seen = Seen::kKeep});
  std::erase_if(expected, [&](const ScoredItem& one) {
    return one.item_index == hated[0] || one.item_index == hated[1];
  });
  for (ScoredItem& one : expected) {
    const double most = std::max({0.0, engine_.Cosine(one.item_index, hated[0]),
                                  engine_.Cosine(one.item_index, hated[1])});
    one.score -= ShiftedRanker::kDislikeWeight * static_cast<float>(most);
  }
  std::ranges::stable_sort(expected, std::greater(), &ScoredItem::score);
  for (const uint32_t item : hated) {
    ASSERT_TRUE(session_->Push({.item_index = item, .is_dislike = true}).ok());
  }
  const auto list = List({.k = items(), .seen = Seen::kKeep});
  ASSERT_EQ(list.size(), expected.size());
  for (size_t i = 0; i < list.size(); ++i) EXPECT_NEAR(list[i].score, expected[i].score, 1e-4);
  for (const uint32_t k : {1u, 10u}) {
    EXPECT_EQ(Items(List({.k = k, .seen = Seen::kKeep})),
              Items({list.begin(), list.begin() + k}));
  }
  ExpectGreedy({.k = 20, .cap = 2, .cap_attributes = {{1, 4}}, .diversity = 0.3f});
}

TEST_P(RecommendRules, AListIsExplainedByTheEventsWhateverRankedIt) {
  const auto list = List({.k = 10, .diversity = 0.2f});
  const auto items = Items(list);
  std::vector<ItemReason> reasons(items.size()), again(items.size());
  ASSERT_TRUE(session_->Explain(items, reasons).ok());
  const auto events = RandomEvents(12, this->items());
  const uint32_t window = engine_.recommender->spec().encoder.window;
  for (const ItemReason& reason : reasons) {
    const auto event = static_cast<size_t>(reason.event);  // of -1 a huge number
    ASSERT_LT(event, events.size());
    EXPECT_GE(event + window, events.size());
    EXPECT_EQ(reason.event_item, events[event].item_index);
    EXPECT_GE(reason.event_share, 0.0f);
    EXPECT_LE(reason.event_share, 1.0f);
  }
  const auto other = engine_.NewSession();  // whose events nothing but the table has read
  ASSERT_TRUE(other->Assign(events).ok());
  ASSERT_TRUE(other->Explain(items, again).ok());
  for (size_t i = 0; i < items.size(); ++i) {
    EXPECT_EQ(reasons[i].event, again[i].event);
    EXPECT_EQ(reasons[i].event_share, again[i].event_share);
  }
  const auto after = List({.k = 10, .diversity = 0.2f});
  ASSERT_EQ(Items(after), items) << "explaining changes nothing";
  for (size_t i = 0; i < items.size(); ++i) EXPECT_EQ(after[i].score, list[i].score);
}

TEST_P(RecommendRules, BadOptionsAreNamedAndChangeNothing) {
  const auto before = List({.k = 8});
  const auto code = [&](const RecommendOptions& options) {
    return session_->Recommend(Of(options)).status().code();
  };
  const std::vector<uint32_t> far = {items()}, no_attribute = {kRuleAttributes};
  const std::vector<int32_t> bad = {int32_t{kRuleAttributes}, kEndClause}, open = {1};
  EXPECT_EQ(code({.k = 0}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.exclude = far}), StatusCode::kOutOfRange);
  EXPECT_EQ(code({.allow = far}), StatusCode::kOutOfRange);
  EXPECT_EQ(code({.cap = 1, .cap_attributes = no_attribute}), StatusCode::kOutOfRange);
  EXPECT_EQ(code({.predicate = bad}), StatusCode::kOutOfRange);
  EXPECT_EQ(code({.predicate = open}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.diversity = -0.1f}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.diversity = 1.5f}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.diversity = std::nanf("")}), StatusCode::kInvalidArgument);
  std::vector<ScoredItem> short_list(7);
  EXPECT_EQ(session_->RecommendInto(Of({.k = 8}), short_list).status().code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(Items(List({.k = 8})), Items(before));
}

TEST_P(RecommendRules, WithEverythingFilteredTheListIsEmpty) {
  const std::vector<uint32_t> none, seen_only = {RandomEvents(12, items())[0].item_index};
  const std::vector<int32_t> never = {kEndClause};
  EXPECT_TRUE(List({.allow = none}).empty());
  EXPECT_TRUE(List({.allow = seen_only, .cap = 1, .cap_attributes = {{0}}}).empty());
  EXPECT_TRUE(List({.predicate = never, .diversity = 0.5f}).empty());
}

TEST_P(RecommendRules, AddedItemsObeyThemToo) {
  if (!GetParam().is_by_ids()) return;  // the other models can not make a row
  const std::string_view third[] = {"f=3"};
  const auto added = engine_.recommender->AddItem({"new", {"abcd", third}});
  ASSERT_TRUE(added.ok());
  const auto all = Items(List({.k = items() + 1}));
  EXPECT_EQ(std::count(all.begin(), all.end(), *added), 1);
  const std::vector<uint32_t> excluded = {*added};
  const std::vector<int32_t> without_third = {~3, kEndClause};
  for (const auto& list : {List({.k = items() + 1, .exclude = excluded}),
                           List({.k = items() + 1, .predicate = without_third})}) {
    const auto rest = Items(list);
    EXPECT_GT(rest.size(), 20u);
    EXPECT_EQ(std::count(rest.begin(), rest.end(), *added), 0);
  }
}

constexpr uint32_t kReached = 60;  // fewer than the widest beam
INSTANTIATE_TEST_SUITE_P(
    Rankings, RecommendRules,
    testing::Values(
        RankingCase{"table_f32", DType::kF32}, RankingCase{"table_f32_cosine", DType::kF32, true},
        RankingCase{"table_i8"}, RankingCase{"table_i8_cosine", DType::kI8, true},
        RankingCase{"codes", DType::kF32, false, 3000, true},
        RankingCase{"generated", DType::kF32, false, kReached, false, Ranking::kGenerated},
        RankingCase{"generated_i8", DType::kI8, false, kReached, false, Ranking::kGenerated},
        RankingCase{"generated_words", DType::kF32, false, kReached, false, Ranking::kGenerated,
                    "abc p"},
        RankingCase{"parallel", DType::kF32, false, kReached, false, Ranking::kParallel},
        RankingCase{"parallel_large", DType::kI8, false, 500, false, Ranking::kParallel},
        RankingCase{"fused", DType::kF32, false, kReached, false, Ranking::kFused},
        RankingCase{"fused_i8", DType::kI8, false, kReached, false, Ranking::kFused},
        RankingCase{"fused_words", DType::kF32, false, kReached, false, Ranking::kFused, "abcd 3"}),
    [](const auto& test) { return std::string(test.param.name); });

// Of 200 items the widest beam reaches 64. What it does not reach, no rule can bring back.
TEST(RecommendRulesBeyondTheBeam, CapsAndDiversityChooseAmongTheWidestBeamsItems) {
  RulesEngine engine({"generated", DType::kF32, false, 200, false, Ranking::kGenerated});
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Assign(RandomEvents(5, 200)).ok());
  RecommendOptions plain{.k = 200};
  plain.ranking = Ranking::kGenerated;
  const auto reached = session->Recommend(plain);
  ASSERT_TRUE(reached.ok());
  EXPECT_EQ(reached->size(), 64u);
  const std::vector<uint32_t> some = {0, 3, 7};
  for (const uint32_t k : {3u, 10u, 100u}) {
    for (const float diversity : {0.0f, 0.4f}) {
      RecommendOptions options{.k = k, .cap = 2, .cap_attributes = some, .diversity = diversity};
      options.ranking = Ranking::kGenerated;
      const auto list = session->Recommend(options);
      ASSERT_TRUE(list.ok());
      EXPECT_EQ(Items(*list), GreedyList(engine, *session, *reached, options)) << k;
    }
  }
  plain.k = 5;
  plain.beam = 2;
  EXPECT_EQ(session->Recommend(plain)->size(), 2u) << "a ranking ends with the beam";
}

TEST(RecommendRulesBeyondTheBeam, AFusedListRanksTheOthersByTheTable) {
  RulesEngine engine({"fused", DType::kF32, false, 200, false, Ranking::kFused});
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Assign(RandomEvents(5, 200)).ok());
  const std::vector<uint32_t> some = {0, 3, 7};
  RecommendOptions plain{.k = 200}, capped{.k = 30, .cap = 3, .cap_attributes = some};
  plain.ranking = capped.ranking = Ranking::kFused;
  plain.beam = capped.beam = 8;
  const auto ranking = session->Recommend(plain);
  ASSERT_TRUE(ranking.ok());
  EXPECT_GT(ranking->size(), 190u);
  EXPECT_EQ(Items(*session->Recommend(capped)), GreedyList(engine, *session, *ranking, capped));
}

// Nothing but the words ranks then, and diversity must not drown them.
TEST(RecommendRulesByWords, DiversityOfAnEmptySessionStillBeginsWithTheBest) {
  RulesEngine engine({"words", DType::kF32, false, kReached, false, Ranking::kFused});
  const auto session = engine.NewSession();
  RecommendOptions options{.k = 10};
  options.ranking = Ranking::kFused;
  options.query = "3";
  const auto plain = session->Recommend(options);
  options.diversity = 0.1f;
  const auto diverse = session->Recommend(options);
  ASSERT_TRUE(plain.ok() && diverse.ok());
  EXPECT_EQ((*diverse)[0].item_index, (*plain)[0].item_index);
  for (const ScoredItem& item : *diverse) EXPECT_TRUE(engine.Has(item.item_index, 3));
}

TEST(RecommendRules, AnEmptySessionIsOrderedByItemIndexAndDiversityStillApplies) {
  RulesEngine engine({"table", DType::kI8, true});
  const auto session = engine.NewSession();
  EXPECT_EQ(Items(*session->Recommend({.k = 3, .cap = 700, .cap_attributes = {{0}}})),
            (std::vector<uint32_t>{0, 1, 2}));
  EXPECT_EQ(session->Recommend({.k = 50, .diversity = 1.0f})->size(), 50u);
}

}  // namespace
}  // namespace tsugi
