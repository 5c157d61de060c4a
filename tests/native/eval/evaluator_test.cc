#include "native/eval/evaluator.h"

#include <gtest/gtest.h>

#include "tests/native/eval/small_log.h"

namespace tsugi {
namespace {

using Indices = std::vector<uint32_t>;

class IndexRanker final : public Ranker {
 public:
  IndexRanker(size_t item_count, uint32_t poison) : scores_(item_count), poison_(poison) {
    for (size_t i = 0; i < item_count; ++i) scores_[i] = static_cast<float>(i);
  }
  Result<TargetRank> Rank(const RankQuery& query) override {
    if (query.history.front() == poison_) return Internal("poisoned");
    return ComputeRank(std::span<const float>(scores_), query.target, query.left_out);
  }

 private:
  std::vector<float> scores_;
  uint32_t poison_;
};

/// Scores item i by its index, so that the ranking is N - 1, ..., 1, 0; fails on history starting
/// with `poison`.
RankSource IndexSource(size_t item_count, uint32_t poison = ~0u) {
  return {"index", [item_count, poison]() -> std::unique_ptr<Ranker> {
            return std::make_unique<IndexRanker>(item_count, poison);
          }};
}

std::vector<uint32_t> RanksOf(const std::vector<TargetRank>& ranks) {
  std::vector<uint32_t> numbers;
  for (const TargetRank& r : ranks) numbers.push_back(r.rank);
  return numbers;
}

TEST(RankCases, RanksTheTargetAfterItsHistory) {
  const SmallLog log(5, {{4, 3, 2}, {0, 1}, {2, 4}});
  const auto ranks = RankCases(log.set(), IndexSource(5), {.filter_seen = false});
  ASSERT_TRUE(ranks.ok());
  EXPECT_EQ(RanksOf(*ranks), (Indices{3u, 4u, 1u}));
}

TEST(RankCases, LeavesOutSeenItemsOnRequest) {
  const SmallLog log(5, {{4, 3, 4, 2}, {0, 1}, {2, 4}, {3, 3}});
  const auto ranks = RankCases(log.set(), IndexSource(5), {.filter_seen = true});
  ASSERT_TRUE(ranks.ok());
  EXPECT_EQ(RanksOf(*ranks), (Indices{1u, 4u, 1u, 0u}));  // the repeat counts as a miss
}

TEST(RankCases, GivesTheSameAnswerForAnyNumberOfThreads) {
  std::vector<std::vector<uint32_t>> sequences;
  for (uint32_t s = 0; s < 1000; ++s) sequences.push_back({s % 7, s % 11, s % 13});
  const SmallLog log(13, sequences);
  const auto one = RankCases(log.set(), IndexSource(13), {.threads = 1});
  const auto four = RankCases(log.set(), IndexSource(13), {.threads = 4});
  ASSERT_TRUE(one.ok() && four.ok());
  EXPECT_EQ(RanksOf(*one), RanksOf(*four));
}

TEST(RankCases, ReportsTheRankersError) {
  const SmallLog log(5, {{1, 2}, {3, 4}});
  const auto ranks = RankCases(log.set(), IndexSource(5, /*poison=*/3), {});
  ASSERT_FALSE(ranks.ok());
  EXPECT_EQ(ranks.status().message(), "poisoned");
}

TEST(RankCases, SaysWhatToDoAboutASplitWithoutCases) {
  const SmallLog log(5, {{1}});
  const auto ranks = RankCases(log.set(), IndexSource(5), {});
  ASSERT_FALSE(ranks.ok());
  EXPECT_EQ(ranks.status().code(), StatusCode::kInvalidArgument);
}

TEST(RankCases, TakesEvenlySpacedCasesForAQuickLook) {
  const SmallLog log(5, {{0, 4}, {0, 3}, {0, 2}, {0, 1}});
  const auto ranks = RankCases(log.set(), IndexSource(5), {.filter_seen = false, .max_cases = 2});
  ASSERT_TRUE(ranks.ok());
  EXPECT_EQ(RanksOf(*ranks), (Indices{1u, 3u}));
}

TEST(RankCases, EndsItsProgressAtTheTotal) {
  const SmallLog log(5, {{0, 4}, {0, 3}, {0, 2}});
  size_t last_done = 0;
  size_t last_total = 0;
  RankOptions options;
  options.progress = [&](size_t done, size_t total) {
    EXPECT_GE(done, last_done);
    last_done = done;
    last_total = total;
  };
  ASSERT_TRUE(RankCases(log.set(), IndexSource(5), options).ok());
  EXPECT_EQ(last_done, 3u);
  EXPECT_EQ(last_total, 3u);
}

}  // namespace
}  // namespace tsugi
