#include "core/parts/quantised_codes/code_ranker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/core/test_engine.h"

namespace tsugi {
namespace {

ModelSpec CodedSpec(DType dtype, uint32_t item_count, uint32_t candidates) {
  ModelSpec spec;
  spec.item_count = item_count;
  spec.encoder = {.width = 16, .feed_forward = 16, .window = 4};
  spec.weight_dtype = dtype;
  spec.quantised_codes = QuantisedCodesSpec{.count = 8, .candidates = candidates};
  return spec;
}

struct ListEngine : Engine {
  explicit ListEngine(const ModelSpec& spec) : Engine(spec), session(NewSession()) {}
  std::vector<ScoredItem> List(uint32_t k, bool exact, std::span<const uint32_t> exclude = {}) {
    RecommendOptions options;
    options.k = k;
    options.exact = exact;
    options.exclude = exclude;
    return std::move(session->Recommend(options)).value();
  }
  std::unique_ptr<Session> session;
};

TEST(CodeRanker, ScoresHaveTheBitsOfTheExactPath) {
  for (const DType dtype : {DType::kI8, DType::kF32}) {
    ListEngine engine(CodedSpec(dtype, 3000, 200));
    ASSERT_TRUE(engine.session->Push({17}).ok());
    std::vector<float> scores(3000);
    ASSERT_TRUE(engine.session->ScoreAll(scores).ok());
    const auto list = engine.List(30, false);
    ASSERT_EQ(list.size(), 30u);
    for (size_t i = 0; i < list.size(); ++i) {
      EXPECT_EQ(list[i].score, scores[list[i].item_index]);
      EXPECT_NE(list[i].item_index, 17u);  // seen
      EXPECT_LE(list[i].score, list[i == 0 ? 0 : i - 1].score);
    }
  }
}

// Codes are random here, so their candidates are not the best items, which shows who made a list.
TEST(CodeRanker, AnExactListDoesNotGoThroughTheCodes) {
  ListEngine engine(CodedSpec(DType::kI8, 3000, 20));
  ASSERT_TRUE(engine.session->Push({17}).ok());
  std::vector<float> scores(3000);
  ASSERT_TRUE(engine.session->ScoreAll(scores).ok());
  scores[17] = -1e30f;
  const float best = *std::max_element(scores.begin(), scores.end());
  EXPECT_EQ(engine.List(10, true)[0].score, best);
  EXPECT_LT(engine.List(10, false)[9].score, engine.List(10, true)[9].score);
}

TEST(CodeRanker, ReturnsNoBlockedItemAndFillsTheListFromTheRest) {
  ListEngine engine(CodedSpec(DType::kI8, 3000, 50));
  ASSERT_TRUE(engine.session->Push({0}).ok());
  std::vector<uint32_t> exclude;
  for (uint32_t i = 0; i < 3000; ++i) {
    if (i % 500 != 7) exclude.push_back(i);
  }
  const auto coded = engine.List(10, false, exclude);
  const auto exact = engine.List(10, true, exclude);
  ASSERT_EQ(coded.size(), 6u);  // 7, 507, .. 2507
  for (size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(coded[i].item_index, exact[i].item_index);
    EXPECT_EQ(coded[i].score, exact[i].score);
  }
  exclude.resize(3000);
  for (uint32_t i = 0; i < 3000; ++i) exclude[i] = i;
  EXPECT_TRUE(engine.List(10, false, exclude).empty());
}

TEST(CodeRanker, AnEmptySessionRanksByIndex) {
  ListEngine engine(CodedSpec(DType::kI8, 3000, 50));
  const auto list = engine.List(10, false);
  for (uint32_t i = 0; i < 10; ++i) EXPECT_EQ(list[i].item_index, i);
}

TEST(CodeRanker, CandidatesGrowWithTheListUntilTheExactScanTakesOver) {
  TestModel copy = TestModel(CodedSpec(DType::kI8, 3000, 50));
  const AddedItems none(copy.view());
  const auto table = TableRanker::Create(copy.view(), none);
  ASSERT_TRUE(table.ok());
  const auto codes = CodeRanker::Create(copy.view(), **table);
  ASSERT_TRUE(codes.ok());
  EXPECT_EQ((*codes)->CandidateCount(1), 50u);
  EXPECT_EQ((*codes)->CandidateCount(10), 50u);
  EXPECT_EQ((*codes)->CandidateCount(40), 100u);
  EXPECT_TRUE((*codes)->Covers(1));
  EXPECT_TRUE((*codes)->Covers(160));   // 200 candidates of 3,000
  EXPECT_FALSE((*codes)->Covers(161));  // the buffers end here
  ListEngine large(CodedSpec(DType::kI8, 3000, 50));
  ASSERT_TRUE(large.session->Push({1}).ok());
  EXPECT_EQ(large.List(3000, false).size(), 2999u);

  TestModel small(CodedSpec(DType::kI8, 399, 50));  // 8 items a candidate would be 400
  const auto few = CodeRanker::Create(small.view(), **table);
  ASSERT_TRUE(few.ok());
  EXPECT_FALSE((*few)->Covers(10));
}

}  // namespace
}  // namespace tsugi
