#include "core/kernels/top_k.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "core/base/random.h"

namespace tsugi {
namespace {

std::vector<uint32_t> Best(std::vector<ScoredItem> items, size_t k) {
  std::vector<ScoredItem> storage(k);
  TopK best(storage);
  for (const ScoredItem& item : items) best.Push(item);
  std::vector<uint32_t> order;
  const size_t count = best.Finish();
  for (size_t i = 0; i < count; ++i) order.push_back(storage[i].item_index);
  return order;
}

TEST(TopK, OrdersByScoreThenByIndex) {
  EXPECT_EQ(Best({{0, 1}, {1, 3}, {2, 2}, {3, 3}, {4, 0}}, 3), (std::vector<uint32_t>{1, 3, 2}));
  EXPECT_EQ(Best({{9, 1}, {3, 1}, {7, 1}, {5, 1}}, 2), (std::vector<uint32_t>{3, 5}));
}

TEST(TopK, HoldsFewerThanItsCapacity) {
  EXPECT_EQ(Best({}, 4), (std::vector<uint32_t>{}));
  EXPECT_EQ(Best({{2, -5}}, 4), (std::vector<uint32_t>{2}));
}

TEST(TopK, EqualsSortingForRandomScoresWithTies) {
  Random random(1);
  for (size_t count = 1; count < 60; ++count) {
    for (const size_t k : {size_t{1}, size_t{2}, count / 2 + 1, count, count + 3}) {
      std::vector<ScoredItem> items;
      for (uint32_t i = 0; i < count; ++i) {
        items.push_back({i, static_cast<float>(random.NextBelow(9))});
      }
      auto sorted = items;
      std::sort(sorted.begin(), sorted.end(), RanksBefore);
      std::vector<uint32_t> expected;
      for (size_t i = 0; i < std::min(k, count); ++i) expected.push_back(sorted[i].item_index);
      Shuffle(items, random);
      ASSERT_EQ(Best(items, k), expected);
    }
  }
}

}  // namespace
}  // namespace tsugi
