#include "native/dataset/event_filters.h"

#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <set>

namespace tsugi {
namespace {

RawLog LogOf(std::vector<uint32_t> users, std::vector<uint32_t> items) {
  RawLog log;
  for (uint32_t i = 0; i < 10; ++i) log.item_ids.Insert(std::to_string(i));
  log.user_count = 10;
  for (size_t e = 0; e < items.size(); ++e) log.times.push_back(static_cast<int64_t>(100 + e));
  log.users = std::move(users);
  log.items = std::move(items);
  return log;
}

TEST(MinCount, KeepsEverythingAtOne) {
  RawLog log = LogOf({0, 1}, {0, 1});
  ImportStats stats;
  KeepMinCount(1, log, stats);
  EXPECT_EQ(log.items.size(), 2u);
}

TEST(MinCount, RepeatsUntilUsersAndItemsHaveEnough) {
  // Users 0 and 1 share items 0 and 1. Item 2 is held by users 1 and 2 only: user 2 has one event
  // and goes, then item 2 has one and goes.
  RawLog log = LogOf({0, 0, 1, 1, 1, 2}, {0, 1, 0, 1, 2, 2});
  ImportStats stats;
  KeepMinCount(2, log, stats);
  EXPECT_EQ(log.users, (std::vector<uint32_t>{0, 0, 1, 1}));
  EXPECT_EQ(log.items, (std::vector<uint32_t>{0, 1, 0, 1}));
  EXPECT_EQ(log.times, (std::vector<int64_t>{100, 101, 102, 103}));
  EXPECT_EQ(stats.min_count_users, 1u);
  EXPECT_EQ(stats.min_count_items, 1u);
  EXPECT_EQ(stats.min_count_events, 2u);
}

TEST(MinCount, CountsRepeatedEventsOfOneUser) {
  RawLog log = LogOf({0, 0, 0}, {5, 5, 5});
  ImportStats stats;
  KeepMinCount(3, log, stats);
  EXPECT_EQ(log.items.size(), 3u);
  KeepMinCount(4, log, stats);
  EXPECT_EQ(log.items.size(), 0u);
}

TEST(MergeRepeats, AddsUpValuesAndNamesAllActionsOfARun) {
  DatasetArrays arrays;
  arrays.items = {7, 7, 7, 8, 7, 8, 8};
  arrays.offsets = {0, 5, 7};  // the last 7 of the first sequence stands alone
  arrays.times = {100, 160, 200, 300, 400, 50, 60};
  arrays.values = {10, NAN, 5, NAN, 2, NAN, NAN};
  for (const char* name : {"pause", "play"}) arrays.action_names.Append(name);
  arrays.actions = {1, 0, 1, 1, 0, 0, 0};
  ImportStats stats;
  MergeRepeats(arrays, stats);
  EXPECT_EQ(stats.merged_events, 3u);
  EXPECT_EQ(arrays.items, (std::vector<uint32_t>{7, 8, 7, 8}));
  EXPECT_EQ(arrays.offsets, (std::vector<uint64_t>{0, 3, 4}));
  EXPECT_EQ(arrays.times, (std::vector<int64_t>{100, 300, 400, 50}));
  EXPECT_EQ(arrays.values[0], 15.0f);
  EXPECT_TRUE(std::isnan(arrays.values[1]));
  EXPECT_TRUE(std::isnan(arrays.values[3]));
  std::vector<std::string> actions;
  for (const uint32_t a : arrays.actions) actions.emplace_back(arrays.action_names.View()[a]);
  EXPECT_EQ(actions, (std::vector<std::string>{"pause+play", "play", "pause", "pause"}));
}

TEST(MergeRepeats, ALongGapEndsARun) {
  DatasetArrays arrays;
  arrays.items = {7, 7, 7};
  arrays.offsets = {0, 3};
  arrays.times = {100, 100 + 1800, 100 + 1800 + 1801};
  ImportStats stats;
  MergeRepeats(arrays, stats);
  EXPECT_EQ(arrays.times, (std::vector<int64_t>{100, 3701}));
}

TEST(MergeRepeats, UnknownTimesAreNoGap) {
  DatasetArrays arrays;
  arrays.items = {7, 7, 8, 8};
  arrays.offsets = {0, 4};
  ImportStats stats;
  MergeRepeats(arrays, stats);
  EXPECT_EQ(arrays.items, (std::vector<uint32_t>{7, 8}));
  EXPECT_TRUE(arrays.times.empty());
}

/// Sequences over items 0 .. item_count - 1; times count 1, 2, 3, ... in each.
DatasetArrays ArraysOf(size_t item_count, const std::vector<std::vector<uint32_t>>& sequences) {
  DatasetArrays arrays;
  for (const auto& sequence : sequences) {
    for (size_t i = 0; i < sequence.size(); ++i) {
      arrays.items.push_back(sequence[i]);
      arrays.times.push_back(static_cast<int64_t>(i) + 1);
    }
    arrays.offsets.push_back(arrays.items.size());
  }
  for (size_t i = 0; i < item_count; ++i) arrays.item_ids.Append(std::to_string(i));
  return arrays;
}

TEST(HoldOutItems, LeavesTheLastEventsAlone) {
  std::vector<std::vector<uint32_t>> sequences;
  for (uint32_t first = 0; first < 20; ++first) {
    sequences.emplace_back();
    for (uint32_t i = 0; i < 12; ++i) sequences.back().push_back((first + i) % 20);
  }
  DatasetArrays arrays = ArraysOf(20, sequences);
  ImportStats stats;
  ASSERT_TRUE(HoldOutItems(0.2, 5, std::nullopt, arrays, stats).ok());
  EXPECT_EQ(stats.held_out_items, 4u);
  EXPECT_EQ(arrays.items.size() + stats.held_out_events, 240u);
  EXPECT_EQ(arrays.times.size(), arrays.items.size());
  std::set<uint32_t> inside, last;
  for (size_t s = 0; s < 20; ++s) {
    const auto items = arrays.sequence_items(s);
    inside.insert(items.begin(), items.end() - 1);
    last.insert(items.back());
    EXPECT_EQ(items.back(), (s + 11) % 20);
  }
  EXPECT_EQ(inside.size(), 16u);
  EXPECT_EQ(last.size(), 20u);
}

TEST(HoldOutItems, ATooShortSequenceKeepsNoColdEvent) {
  // With two items, half of them held out, sequences of 0 1 lose one event, be it the last.
  DatasetArrays arrays = ArraysOf(2, {{0, 1}, {1, 0}});
  ImportStats stats;
  ASSERT_TRUE(HoldOutItems(0.5, 1, std::nullopt, arrays, stats).ok());
  ASSERT_EQ(arrays.length(0), 1u);
  ASSERT_EQ(arrays.length(1), 1u);
  EXPECT_EQ(arrays.items[0], arrays.items[1]);
}

TEST(HoldOutItems, BySplitTimeAllLaterEventsStay) {
  DatasetArrays arrays = ArraysOf(4, {{0, 1, 2, 3, 0, 1, 2, 3}});
  ImportStats stats;
  ASSERT_TRUE(HoldOutItems(0.25, 3, 5, arrays, stats).ok());
  EXPECT_EQ(stats.held_out_events, 1u);
  ASSERT_EQ(arrays.items.size(), 7u);
  EXPECT_EQ(std::vector<uint32_t>(arrays.items.begin() + 3, arrays.items.end()),
            (std::vector<uint32_t>{0, 1, 2, 3}));
}

TEST(HoldOutItems, TheSeedDecides) {
  const auto drawn = [](uint64_t seed) {
    std::vector<uint32_t> all(200);
    for (uint32_t i = 0; i < 200; ++i) all[i] = i;
    DatasetArrays arrays = ArraysOf(200, {all});
    ImportStats stats;
    EXPECT_TRUE(HoldOutItems(0.1, seed, std::nullopt, arrays, stats).ok());
    return std::vector<uint32_t>(arrays.items.begin(), arrays.items.end());
  };
  EXPECT_EQ(drawn(1), drawn(1));
  EXPECT_NE(drawn(1), drawn(2));
}

TEST(HoldOutItems, RefusesAShareThatMakesNoSense) {
  for (const double share : {-0.1, 0.6, 1e-9}) {
    DatasetArrays arrays = ArraysOf(10, {{0, 1, 2}});
    ImportStats stats;
    EXPECT_EQ(HoldOutItems(share, 1, std::nullopt, arrays, stats).code(),
              StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace tsugi
