#include "native/studies/shift/shift_split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/base/random.h"
#include "tests/native/train/tiny_dataset.h"

namespace tsugi {
namespace {

/// 60 users take popular items (few numbers) more often than others.
std::vector<std::string> SkewedLog() {
  Random random(4);
  std::vector<std::string> lines;
  for (int user = 0; user < 60; ++user) {
    std::set<uint64_t> items;
    while (items.size() < 12) items.insert(random.NextBelow(1 + random.NextBelow(40)));
    std::string line = "u" + std::to_string(user);
    for (const uint64_t item : items) line += " " + std::to_string(item);
    lines.push_back(line);
  }
  return lines;
}

double MedianCount(const ShiftData& data, const Interactions& part) {
  const auto counts = data.ItemCounts();
  std::vector<uint32_t> of_pairs;
  for (const auto& [user, item] : part.pairs()) of_pairs.push_back(counts[item]);
  std::sort(of_pairs.begin(), of_pairs.end());
  return of_pairs.at(of_pairs.size() / 2);
}

TEST(ShiftSplit, PopularityMakesTargetsOfRareItems) {
  const train::TinyDataset log(SkewedLog());
  const auto data = SplitForShift(log.dataset(), {});
  ASSERT_TRUE(data.ok()) << data.status().message();
  EXPECT_LT(MedianCount(*data, data->shifted), 0.8 * MedianCount(*data, data->test));
  const size_t all = 60 * 12;
  EXPECT_EQ(data->shifted.size() + data->left_out, all / 10);
  EXPECT_EQ(data->train.size() + data->valid.size() + data->test.size(), all - all / 10);
  for (const Interactions* part : {&data->valid, &data->test, &data->shifted}) {
    for (const auto& [user, item] : part->pairs()) EXPECT_FALSE(data->train.contains(user, item));
  }
}

TEST(ShiftSplit, IsTheSameForASeed) {
  const train::TinyDataset log(SkewedLog());
  const auto one = SplitForShift(log.dataset(), {.seed = 3}),
             same = SplitForShift(log.dataset(), {.seed = 3});
  const auto other = SplitForShift(log.dataset(), {.seed = 4});
  EXPECT_EQ(one->train.pairs(), same->train.pairs());
  EXPECT_NE(one->train.pairs(), other->train.pairs());
}

TEST(ShiftSplit, TimeTakesTheLatestPairs) {
  std::vector<std::string> lines, times;
  for (int user = 0; user < 30; ++user) {
    lines.push_back("u" + std::to_string(user));
    times.push_back("u" + std::to_string(user));
    for (int i = 0; i < 10; ++i) {
      lines.back() += " " + std::to_string((user + i) % 20);
      times.back() += " " + std::to_string(1000000 + 100 * i + user);
    }
  }
  const train::TinyDataset log(lines, times);
  const auto data = SplitForShift(log.dataset(), {.shift = "time"});
  ASSERT_TRUE(data.ok()) << data.status().message();
  // The latest tenth is everybody's last event.
  EXPECT_EQ(data->shifted.size(), 30u);
  for (const auto& [user, item] : data->shifted.pairs()) {
    const auto items = log.dataset().sequence_items(user);
    EXPECT_EQ(item, items.back());
  }
}

TEST(ShiftSplit, RefusesWhatCannotBeSplit) {
  const train::TinyDataset log(SkewedLog());
  EXPECT_NE(SplitForShift(log.dataset(), {.shift = "time"}).status().message().find("no times"),
            std::string::npos);
  EXPECT_EQ(SplitForShift(log.dataset(), {.shift = "weather"}).status().code(),
            StatusCode::kInvalidArgument);
  const train::TinyDataset small({"a 1 2 3", "b 1 2 3"});
  EXPECT_NE(SplitForShift(small.dataset(), {}).status().message().find("too small"),
            std::string::npos);
}

}  // namespace
}  // namespace tsugi
