#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/parts/semantic_ids/semantic_ids_spec.h"
#include "core/recommender.h"
#include "core/session.h"
#include "tests/core/parts/semantic_ids/language_test_model.h"

namespace tsugi {
namespace {

using Ranking = RecommendOptions::Ranking;

class SessionLanguageTest : public testing::Test {
 protected:
  SessionLanguageTest()
      : recommender_(std::move(Recommender::Create(made_.view())).value()),
        session_(NewSession()) {}

  std::unique_ptr<Session> NewSession() { return std::move(recommender_->CreateSession()).value(); }
  static RecommendOptions Options(Ranking ranking, uint32_t k = 8) {
    RecommendOptions options{.k = k};
    options.ranking = ranking;
    return options;
  }
  static std::vector<ScoredItem> List(Session& session, const RecommendOptions& options) {
    auto list = session.Recommend(options);
    EXPECT_TRUE(list.ok()) << list.status().message();
    return list.ok() ? std::move(list).value() : std::vector<ScoredItem>();
  }
  static void Push(Session& session, std::initializer_list<uint32_t> items) {
    for (const uint32_t item : items) EXPECT_TRUE(session.Push({item}).ok());
  }
  static void ExpectSame(const std::vector<ScoredItem>& a, const std::vector<ScoredItem>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (size_t i = 0; i < a.size(); ++i) {
      EXPECT_EQ(a[i].item_index, b[i].item_index) << i;
      EXPECT_NEAR(a[i].score, b[i].score, 1e-4f) << i;
    }
  }

  LanguageTestModel made_;
  std::unique_ptr<Recommender> recommender_;
  std::unique_ptr<Session> session_;
};

TEST_F(SessionLanguageTest, AListHoldsForItsStateAndNoLonger) {
  Push(*session_, {1, 2});
  const auto first = List(*session_, Options(Ranking::kGenerated));
  ExpectSame(List(*session_, Options(Ranking::kGenerated)), first);  // the kept one
  Push(*session_, {3});
  const auto second = List(*session_, Options(Ranking::kGenerated));
  ASSERT_FALSE(second.empty());
  EXPECT_NE(second[0].score, first[0].score);
  ASSERT_TRUE(session_->Rollback(1).ok());
  ExpectSame(List(*session_, Options(Ranking::kGenerated)), first);
  Push(*session_, {4});  // as many events as before, others
  const auto third = List(*session_, Options(Ranking::kGenerated));
  EXPECT_NE(third[0].score, second[0].score);
  session_->Clear();
  const auto empty = List(*session_, Options(Ranking::kGenerated));
  EXPECT_FALSE(empty.empty());
  EXPECT_NE(empty[0].score, third[0].score);
}

TEST_F(SessionLanguageTest, OtherOptionsMakeAnotherList) {
  Push(*session_, {1, 2});
  const auto all = List(*session_, Options(Ranking::kGenerated));
  RecommendOptions fewer = Options(Ranking::kGenerated);
  const uint32_t excluded[] = {all[0].item_index};
  fewer.exclude = excluded;
  const auto rest = List(*session_, fewer);
  ASSERT_FALSE(rest.empty());
  EXPECT_EQ(rest[0].item_index, all[1].item_index);
  RecommendOptions asked = Options(Ranking::kGenerated);
  asked.query = "abc";
  EXPECT_NE(List(*session_, asked)[0].score, all[0].score);
  asked.query = "p";
  EXPECT_NE(List(*session_, asked)[0].score, all[0].score);
}

TEST_F(SessionLanguageTest, StepByStepIsTheSameAsAtOnceForAnyLength) {
  std::vector<Event> events;
  for (uint32_t n = 1; n <= 20; ++n) {  // the window holds six items
    events.push_back({n * 7 % 40});
    Push(*session_, {events.back().item_index});
    const auto grown = List(*session_, Options(Ranking::kGenerated));
    const auto fresh = NewSession();
    ASSERT_TRUE(fresh->Assign(events).ok());
    ExpectSame(grown, List(*fresh, Options(Ranking::kGenerated)));
  }
}

TEST_F(SessionLanguageTest, NeverReturnsWhatIsSeenOrFilteredAndFindsTheRest) {
  Push(*session_, {1, 2, 3});
  for (const Ranking ranking : {Ranking::kGenerated, Ranking::kParallel, Ranking::kFused}) {
    RecommendOptions options = Options(ranking, 40);
    options.beam = 64;
    const auto list = List(*session_, options);
    EXPECT_EQ(list.size(), 37u);
    for (const ScoredItem& item : list) {
      EXPECT_FALSE(item.item_index >= 1 && item.item_index <= 3);
    }
    const uint32_t allowed[] = {2, 9, 30};
    options.allow = allowed;
    const auto two = List(*session_, options);
    ASSERT_EQ(two.size(), 2u);
    EXPECT_EQ(two[0].item_index + two[1].item_index, 39u);
  }
}

TEST_F(SessionLanguageTest, AFusedListMixesBothProbabilities) {
  Push(*session_, {5, 6});
  RecommendOptions options = Options(Ranking::kGenerated, 40);
  options.beam = 64;
  std::vector<double> generated(40);
  for (const auto& item : List(*session_, options)) {
    generated[item.item_index] = std::exp(static_cast<double>(item.score));
  }
  std::vector<float> scores(40);
  ASSERT_TRUE(session_->ScoreAll(scores).ok());
  double total = 0.0, highest = 0.0;
  for (const float score : scores) total += std::exp(static_cast<double>(score));
  for (const float score : scores) {
    highest = std::max(highest, std::exp(static_cast<double>(score)) / total);
  }
  const ModelSpec& spec = made_.view().spec;
  const double a = GeneratedShare({spec.semantic_ids->fusion.share, spec.semantic_ids->fusion.slope,
                                   spec.semantic_ids->fusion.threshold},
                                  highest);
  EXPECT_GT(a, 0.1);
  options.ranking = Ranking::kFused;
  const auto fused = List(*session_, options);
  ASSERT_EQ(fused.size(), 38u);
  for (const auto& item : fused) {
    const double table = std::exp(static_cast<double>(scores[item.item_index])) / total;
    EXPECT_NEAR(item.score, std::log((1 - a) * table + a * generated[item.item_index]), 1e-4);
  }
}

TEST_F(SessionLanguageTest, AFusedListWithWordsAsksTheTowerToo) {
  RecommendOptions options = Options(Ranking::kFused, 40);
  const std::string words = "abcd";
  options.query = words;
  const auto empty = List(*session_, options);
  ASSERT_EQ(empty.size(), 40u);  // generated alone would be fewer
  Push(*session_, {5, 6});
  EXPECT_NE(List(*session_, options)[0].score, empty[0].score);
}

TEST_F(SessionLanguageTest, AFusedListBeginsWithTheItemsThatAreNamed) {
  Push(*session_, {5, 6});
  ASSERT_TRUE(recommender_->AddItem({"new", {"Quiet Harbour", {}}}).ok());
  RecommendOptions options = Options(Ranking::kFused, 3);
  options.query = "harbour";
  EXPECT_EQ(List(*session_, options)[0].item_index, 40u);
  options.query = "harbuor quiet";
  EXPECT_EQ(List(*session_, options)[0].item_index, 40u) << "mistyped";
  const std::vector<uint32_t> away = {40};
  options.exclude = away;
  for (const auto& item : List(*session_, options)) EXPECT_NE(item.item_index, 40u);
}

TEST_F(SessionLanguageTest, AnAddedItemGetsCodesAndIsGenerated) {
  Push(*session_, {1, 2});
  const auto before = List(*session_, Options(Ranking::kGenerated, 40));
  const std::string_view attributes[] = {"kind=new"};
  const auto item = recommender_->AddItem({"new-1", {"abcd", attributes}});
  ASSERT_TRUE(item.ok()) << item.status().message();
  const auto codes = recommender_->ItemCodes(*item);
  ASSERT_TRUE(codes.ok());
  for (const SemanticId& other : made_.ids()) EXPECT_NE(*codes, other);
  for (const Ranking ranking : {Ranking::kGenerated, Ranking::kParallel}) {
    RecommendOptions options = Options(ranking, 41);
    options.beam = 64;
    const auto list = List(*session_, options);
    EXPECT_TRUE(std::any_of(list.begin(), list.end(),
                            [&](const auto& r) { return r.item_index == *item; }));
  }
  EXPECT_TRUE(session_->Push({*item}).ok());
  EXPECT_FALSE(List(*session_, Options(Ranking::kGenerated)).empty());
}

TEST_F(SessionLanguageTest, DescribesAnItemInWordsOfItsPieces) {
  const auto text = recommender_->DescribeItem(3, 5);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(*std::move(recommender_->DescribeItem(3, 5)).value().c_str(), *text->c_str());
  EXPECT_EQ(recommender_->DescribeItem(40).status().code(), StatusCode::kOutOfRange);
}

TEST_F(SessionLanguageTest, SaysWhatAnOptionShouldBe) {
  RecommendOptions options = Options(Ranking::kTable);
  options.query = "abc";
  EXPECT_EQ(session_->Recommend(options).status().code(), StatusCode::kInvalidArgument);
  options = Options(Ranking::kGenerated);
  options.beam = 65;
  EXPECT_EQ(session_->Recommend(options).status().code(), StatusCode::kInvalidArgument);
  options.beam = 20;
  options.diversity = 1.5f;
  EXPECT_EQ(session_->Recommend(options).status().code(), StatusCode::kInvalidArgument);
  options.diversity = 0.0f;
  options.query = std::string_view("\xff\xfe\xfd");
  EXPECT_TRUE(session_->Recommend(options).ok());
}

TEST(SessionWithoutLanguage, SaysWhatTheModelLacks) {
  TestModel model(TinySpec());
  const auto recommender = std::move(Recommender::Create(model.view())).value();
  const auto session = std::move(recommender->CreateSession()).value();
  RecommendOptions options;
  options.ranking = Ranking::kGenerated;
  EXPECT_EQ(session->Recommend(options).status().code(), StatusCode::kUnsupported);
  EXPECT_EQ(recommender->DescribeItem(0).status().code(), StatusCode::kUnsupported);
}

TEST(DamagedLanguage, IsRefusedWithTheTensorsName) {
  LanguageTestModel model;
  auto* rows = model.model().data<uint8_t>(kItemTrie);
  std::swap_ranges(rows, rows + kTrieRowBytes, rows + kTrieRowBytes);  // not in order
  Status status = model.view().Validate();
  EXPECT_EQ(status.code(), StatusCode::kCorruptModel);
  EXPECT_NE(status.message().find("semantic_ids.trie: row 1"), std::string::npos)
      << status.message();
  std::swap_ranges(rows, rows + kTrieRowBytes, rows + kTrieRowBytes);
  EXPECT_TRUE(model.view().Validate().ok());
  rows[kCodeLevels + 1] = 1;  // item 256 + ..
  EXPECT_EQ(model.view().Validate().code(), StatusCode::kCorruptModel);
}

}  // namespace
}  // namespace tsugi
