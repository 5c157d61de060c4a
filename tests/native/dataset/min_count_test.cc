#include "native/dataset/min_count.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace tsugi
