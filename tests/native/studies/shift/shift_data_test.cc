#include "native/studies/shift/shift_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/base/random.h"
#include "tests/native/log/temp_files.h"
#include "tests/native/train/tiny_dataset.h"

namespace tsugi {
namespace {

class ShiftFilesTest : public testing::Test {
 protected:
  Result<ShiftData> Read(const std::string& train, const std::string& valid,
                         const std::string& test, const std::string& shifted) {
    return ReadShiftFiles({files_.Write("train.txt", train), files_.Write("valid.txt", valid),
                           files_.Write("test.txt", test), files_.Write("shifted.txt", shifted)},
                          audit_);
  }
  TempFiles files_;
  ReadAudit audit_;
};

TEST_F(ShiftFilesTest, NumbersUsersAndItemsInTheOrderOfTheTrainingPart) {
  const auto data = Read("7 b 1\n7 a 1\n3 a 1\n", "7 c 1\n", "3 b\n", "3 d\n");
  ASSERT_TRUE(data.ok()) << data.status().message();
  EXPECT_EQ(data->user_count, 2u);
  EXPECT_EQ(data->item_count, 4u);
  EXPECT_EQ(data->train.pairs(), (std::vector<Interaction>{{0, 0}, {0, 1}, {1, 1}}));
  EXPECT_EQ(data->valid.pairs(), (std::vector<Interaction>{{0, 2}}));
  EXPECT_EQ(data->test.pairs(), (std::vector<Interaction>{{1, 0}}));
  EXPECT_EQ(data->shifted.pairs(), (std::vector<Interaction>{{1, 3}}));
  EXPECT_EQ(data->ItemCounts(), (std::vector<uint32_t>{1, 2, 0, 0}));
  EXPECT_TRUE(data->train.contains(1, 1));
  EXPECT_FALSE(data->train.contains(1, 0));
}

TEST_F(ShiftFilesTest, LeavesOutUsersWithoutTrainingAndPairsThatAnEarlierPartHolds) {
  const auto data = Read("u a\nu b\n", "u c\nu a\nstranger a\n", "u d\nstranger b\n", "u e\n");
  ASSERT_TRUE(data.ok()) << data.status().message();
  EXPECT_EQ(data->left_out, 2u);
  EXPECT_EQ(data->user_count, 1u);
  EXPECT_EQ(data->valid.size(), 1u);
  ASSERT_EQ(audit_.reasons().size(), 1u);
  EXPECT_EQ(audit_.reasons()[0].reason, "an earlier part holds this pair");
}

TEST_F(ShiftFilesTest, APartWithoutAPairNamesTheFile) {
  const auto data = Read("u a\n", "other a\n", "u b\n", "u c\n");
  ASSERT_FALSE(data.ok());
  EXPECT_NE(data.status().message().find("valid.txt"), std::string::npos);
}

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
  const TinyDataset log(SkewedLog());
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
  const TinyDataset log(SkewedLog());
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
  const TinyDataset log(lines, times);
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
  const TinyDataset log(SkewedLog());
  EXPECT_NE(SplitForShift(log.dataset(), {.shift = "time"}).status().message().find("no times"),
            std::string::npos);
  EXPECT_EQ(SplitForShift(log.dataset(), {.shift = "weather"}).status().code(),
            StatusCode::kInvalidArgument);
  const TinyDataset small({"a 1 2 3", "b 1 2 3"});
  EXPECT_NE(SplitForShift(small.dataset(), {}).status().message().find("too small"),
            std::string::npos);
}

}  // namespace
}  // namespace tsugi
