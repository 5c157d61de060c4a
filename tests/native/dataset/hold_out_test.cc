#include "native/dataset/hold_out.h"

#include <gtest/gtest.h>

#include <set>

namespace tsugi {
namespace {

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
