#include "native/dataset/split.h"

#include <gtest/gtest.h>

#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

using Cases = std::vector<std::pair<uint32_t, uint32_t>>;
using Ends = std::vector<uint32_t>;

/// Sequences of these lengths; every event is item 0.
DatasetArrays ArraysOf(const std::vector<uint32_t>& lengths, std::vector<int64_t> times = {}) {
  DatasetArrays arrays;
  for (const uint32_t length : lengths) {
    arrays.items.resize(arrays.items.size() + length);
    arrays.offsets.push_back(arrays.items.size());
  }
  arrays.times = std::move(times);
  return arrays;
}

Cases Pairs(const std::vector<EvaluationCase>& cases) {
  Cases pairs;
  for (const auto [sequence, position] : cases) pairs.emplace_back(sequence, position);
  return pairs;
}

TEST(SplitLeaveOneOut, HoldsOutTheLastTwoOfThreeOrMore) {
  DatasetArrays arrays = ArraysOf({1, 2, 3, 6});
  ImportStats stats;
  SplitLeaveOneOut(arrays, stats);
  EXPECT_EQ(arrays.train_end, (Ends{1, 2, 1, 4}));
  EXPECT_EQ(arrays.refit_end, (Ends{1, 2, 2, 5}));
  EXPECT_EQ(Pairs(arrays.valid_cases), (Cases{{2, 1}, {3, 4}}));
  EXPECT_EQ(Pairs(arrays.test_cases), (Cases{{2, 2}, {3, 5}}));
  EXPECT_EQ(stats.short_users, 2u);
  EXPECT_EQ(stats.protocol, "leave-one-out");
}

TEST(SplitByTime, CutsAtTheTimeAndHoldsOutTheLastTenth) {
  // Ten events before 100; the last tenth by time is the one at 90, of sequence 1.
  DatasetArrays arrays = ArraysOf({6, 5, 3}, {10, 20, 30, 40, 50, 100,  //
                                              60, 70, 80, 90, 120,      //
                                              5, 110, 130});
  ImportStats stats;
  ASSERT_TRUE(SplitByTime(100, arrays, stats).ok());
  EXPECT_EQ(stats.validation_time, 90);
  EXPECT_EQ(arrays.train_end, (Ends{5, 3, 1}));
  EXPECT_EQ(arrays.refit_end, (Ends{5, 4, 1}));
  EXPECT_EQ(Pairs(arrays.valid_cases), (Cases{{1, 3}}));
  EXPECT_EQ(Pairs(arrays.test_cases), (Cases{{0, 5}, {1, 4}, {2, 1}, {2, 2}}));
}

TEST(SplitByTime, MakesNoCaseOfAFirstEvent) {
  DatasetArrays arrays = ArraysOf({2, 2}, {10, 20, 100, 110});
  ImportStats stats;
  ASSERT_TRUE(SplitByTime(100, arrays, stats).ok());
  EXPECT_EQ(arrays.train_end, (Ends{1, 0}));
  EXPECT_EQ(Pairs(arrays.valid_cases), (Cases{{0, 1}}));
  EXPECT_EQ(Pairs(arrays.test_cases), (Cases{{1, 1}}));
}

TEST(SplitByTime, SaysWhyATimeCanNotSplit) {
  ImportStats stats;
  const auto message = [&](std::vector<int64_t> times) {
    DatasetArrays arrays = ArraysOf({2}, std::move(times));
    return std::string(SplitByTime(100, arrays, stats).message());
  };
  EXPECT_TRUE(Holds(message({10, 20}), "--split-time 100: no event is at or after it"));
  EXPECT_TRUE(Holds(message({100, 120}), "--split-time 100: no event is before it"));
  EXPECT_TRUE(Holds(message({}), "--split-time 100: the log has no times"));
}

TEST(SplitGivenCases, ValidatesOnTheLastTenthOfTheSessions) {
  DatasetArrays arrays = ArraysOf({2, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 4});  // 11 sessions, 1 test
  arrays.test_cases = {{11, 3}};
  ImportStats stats;
  ASSERT_TRUE(SplitGivenCases(11, arrays, stats).ok());
  EXPECT_EQ(arrays.train_end, (Ends{2, 1, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0}));
  EXPECT_EQ(arrays.refit_end, (Ends{2, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 0}));
  EXPECT_EQ(Pairs(arrays.valid_cases), (Cases{{9, 1}, {10, 1}, {10, 2}}));
  EXPECT_EQ(Pairs(arrays.test_cases), (Cases{{11, 3}}));
  EXPECT_EQ(stats.protocol, "sessions");
}

TEST(SplitGivenCases, HoldsOutOneOfTwoSessionsAndRefusesOne) {
  DatasetArrays two = ArraysOf({2, 2}), one = ArraysOf({2});
  ImportStats stats;
  ASSERT_TRUE(SplitGivenCases(2, two, stats).ok());
  EXPECT_EQ(two.train_end, (Ends{2, 0}));
  EXPECT_TRUE(Holds(SplitGivenCases(1, one, stats).message(), "one training session"));
}

}  // namespace
}  // namespace tsugi
