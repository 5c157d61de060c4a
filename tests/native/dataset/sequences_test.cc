#include "native/dataset/sequences.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace tsugi {
namespace {

using Items = std::vector<uint32_t>;

/// Items are named "0".."9", so that item_index is the name.
RawLog LogOf(std::vector<uint32_t> users, Items items, std::vector<int64_t> times) {
  RawLog log;
  for (uint32_t i = 0; i < 10; ++i) {
    log.case_items.push_back(log.item_ids.Insert(std::to_string(i)).first);
  }
  for (const uint32_t user : users) log.user_count = std::max(log.user_count, user + 1);
  log.users = std::move(users);
  log.items = std::move(items);
  log.times = std::move(times);
  return log;
}

DatasetArrays Build(RawLog& log, const SequenceOrder& order) {
  DatasetArrays arrays;
  BuildSequences(log, BuildVocabulary(log), order, arrays);
  return arrays;
}

TEST(Sequences, SortsEachUserByTimeAndKeepsTies) {
  RawLog log = LogOf({1, 0, 1, 1, 0, 1}, {5, 1, 4, 3, 2, 6}, {30, 9, 10, 10, 8, 10});
  const DatasetArrays arrays = Build(log, {});
  EXPECT_EQ(arrays.offsets, (std::vector<uint64_t>{0, 2, 6}));
  EXPECT_EQ(arrays.items, (Items{2, 1, 4, 3, 6, 5}));
  EXPECT_EQ(arrays.times, (std::vector<int64_t>{8, 9, 10, 10, 10, 30}));
}

TEST(Sequences, LeavesOutUsersWithoutEvents) {
  RawLog log = LogOf({0, 2}, {1, 2}, {});
  const DatasetArrays arrays = Build(log, {});
  EXPECT_EQ(arrays.offsets, (std::vector<uint64_t>{0, 1, 2}));
}

TEST(Sequences, KeepsThePreparedOrder) {
  RawLog log = LogOf({0, 0, 0}, {3, 2, 1}, {30, 20, 10});
  EXPECT_EQ(Build(log, {.sort_by_time = false}).items, (Items{3, 2, 1}));
}

TEST(Sequences, ShufflesOnlyInsideGroupsOfOneKnownTime) {
  RawLog log = LogOf(std::vector<uint32_t>(10, 0), {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
                     {0, 0, 5, 5, 5, 5, 6, 7, 7, 7});
  std::set<Items> seen;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const DatasetArrays arrays =
        Build(log, {.sort_by_time = false, .shuffle_ties_seed = seed, .unknown_times_tie = false});
    const Items items(arrays.items.begin(), arrays.items.end());
    EXPECT_EQ(Items(items.begin(), items.begin() + 2), (Items{0, 1})) << "unknown times stay";
    Items group(items.begin() + 2, items.begin() + 6);
    std::sort(group.begin(), group.end());
    EXPECT_EQ(group, (Items{2, 3, 4, 5}));
    EXPECT_EQ(items[6], 6u);
    seen.insert(items);
  }
  EXPECT_GT(seen.size(), 10u);
}

TEST(Sequences, ShufflesEqualTimesInEveryOrderAboutAsOften) {
  std::vector<uint32_t> users;
  Items items;
  for (uint32_t user = 0; user < 6000; ++user) {
    for (uint32_t item = 0; item < 3; ++item) users.push_back(user), items.push_back(item);
  }
  RawLog log = LogOf(users, items, std::vector<int64_t>(users.size(), 7));
  const DatasetArrays arrays = Build(log, {.shuffle_ties_seed = 1});
  std::map<Items, int> counts;
  for (size_t s = 0; s < 6000; ++s) {
    const auto sequence = arrays.sequence_items(s);
    ++counts[Items(sequence.begin(), sequence.end())];
  }
  ASSERT_EQ(counts.size(), 6u);
  for (const auto& [order, count] : counts) EXPECT_NEAR(count, 1000, 130);  // 4.5 deviations
}

TEST(Sequences, SameSeedSameOrder) {
  RawLog log =
      LogOf(std::vector<uint32_t>(8, 0), {0, 1, 2, 3, 4, 5, 6, 7}, std::vector<int64_t>(8, 7));
  EXPECT_EQ(Build(log, {.shuffle_ties_seed = 3}).items, Build(log, {.shuffle_ties_seed = 3}).items);
  EXPECT_NE(Build(log, {.shuffle_ties_seed = 3}).items, Build(log, {.shuffle_ties_seed = 4}).items);
}

TEST(Sequences, KeepsValuesAndNumbersActionsByName) {
  RawLog log = LogOf({0, 0, 0}, {1, 2, 3}, {3, 2, 1});
  for (const char* name : {"view", "unused", "buy"}) log.action_names.Insert(name);
  log.actions = {0, 2, 0};
  log.values = {1, 2, 3};
  const DatasetArrays arrays = Build(log, {});
  EXPECT_EQ(arrays.values, (std::vector<float>{3, 2, 1}));
  EXPECT_EQ(arrays.actions, (std::vector<uint32_t>{1, 0, 1}));
  EXPECT_EQ(arrays.action_names.View().text, "buyview");
}

TEST(Sequences, MergesTestCasesThatArePrefixesOfTheOneBefore) {
  RawLog log = LogOf({0}, {9}, {});
  log.case_items = {1, 2, 3, 4, 1, 2, 3, 1, 2, 1, 3, 1, 3};
  log.case_offsets = {0, 4, 7, 9, 11, 13};
  for (uint32_t i = 0; i < 10; ++i) log.items.push_back(i), log.users.push_back(0);
  const Vocabulary vocabulary = BuildVocabulary(log);
  DatasetArrays arrays;
  BuildSequences(log, vocabulary, {}, arrays);
  AppendTestCases(log, vocabulary, arrays);
  ASSERT_EQ(arrays.sequence_count(), 3u);
  EXPECT_EQ(arrays.length(1), 4u);
  EXPECT_EQ(arrays.length(2), 2u);
  std::vector<std::pair<uint32_t, uint32_t>> cases;
  for (const auto [sequence, position] : arrays.test_cases) cases.emplace_back(sequence, position);
  EXPECT_EQ(cases,
            (std::vector<std::pair<uint32_t, uint32_t>>{{1, 3}, {1, 2}, {1, 1}, {2, 1}, {2, 1}}));
}

}  // namespace
}  // namespace tsugi
