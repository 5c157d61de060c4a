#include "native/dataset/merge_repeats.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tsugi {
namespace {

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

}  // namespace
}  // namespace tsugi
