#include "native/dataset/import_stats.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "native/dataset/split.h"
#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

/// Two users: 0 1 0 2 (repeats 0 at its validation position) and 1 3 4 (4 occurs nowhere else).
DatasetArrays SmallArrays() {
  DatasetArrays arrays;
  arrays.items = {0, 1, 0, 2, 1, 3, 4};
  arrays.offsets = {0, 4, 7};
  arrays.times = {10, 10, 20, 50, 0, 30, 25};
  for (const char* id : {"0", "1", "2", "3", "4"}) arrays.item_ids.Append(id);
  return arrays;
}

ImportStats Measure() {
  DatasetArrays arrays = SmallArrays();
  ImportStats stats;
  stats.users = 2;
  SplitLeaveOneOut(arrays, stats);
  MeasureArrays(arrays, stats);
  return stats;
}

TEST(ImportStats, MeasuresSizesRepeatsAndColdTargets) {
  const ImportStats stats = Measure();
  EXPECT_EQ(stats.sequences, 2u);
  EXPECT_EQ(stats.log_events, 7u);
  EXPECT_EQ(stats.items, 5u);
  EXPECT_EQ(stats.train_events, 3u);       // 0 1 | 1
  EXPECT_EQ(stats.cold_test_targets, 2u);  // 2 and 4
  EXPECT_DOUBLE_EQ(stats.repeat_share, 0.5);
  EXPECT_DOUBLE_EQ(stats.density, 0.7);
  EXPECT_EQ(stats.lengths.max(), 4);
  EXPECT_DOUBLE_EQ(stats.lengths.mean, 3.5);
}

TEST(ImportStats, MeasuresGapsBetweenKnownTimesOnly) {
  const ImportStats stats = Measure();  // gaps 0, 10, 30 and -5
  EXPECT_EQ(stats.gap_count, 4u);
  EXPECT_DOUBLE_EQ(stats.equal_time_share, 0.25);
  EXPECT_EQ(stats.time_order_violations, 1u);
  EXPECT_EQ(stats.gaps_s.median(), 0);
  EXPECT_EQ(stats.gaps_s.max(), 30);
  EXPECT_EQ(stats.first_time, 10);
  EXPECT_EQ(stats.last_time, 50);
}

TEST(ImportStats, TakesQuantilesFromTheSortedList) {
  std::vector<int64_t> values;
  for (int64_t i = 100; i >= 0; --i) values.push_back(i);
  const Distribution distribution = Distribute(values);
  EXPECT_EQ(distribution.quantiles, (std::array<int64_t, 8>{0, 25, 50, 75, 90, 95, 99, 100}));
  EXPECT_DOUBLE_EQ(distribution.mean, 50);
  EXPECT_EQ(Distribute({}).max(), 0);
}

TEST(ImportStats, WritesJsonThatTellsTheSame) {
  ImportStats stats = Measure();
  stats.hash = "0123456789abcdef";
  stats.seconds = 2;
  stats.rejected = {{"no user", 3, "a.csv:2: \xFF"}};
  stats.rejected_rows = 3;
  const auto json = nlohmann::json::parse(StatsToJson(stats, true));
  EXPECT_EQ(json["format_version"], 2);
  EXPECT_EQ(json["protocol"], "leave-one-out");
  EXPECT_EQ(json["users"], 2);
  EXPECT_EQ(json["length"]["max"], 4);
  EXPECT_EQ(json["rejected"]["reasons"][0]["rows"], 3);
  EXPECT_EQ(json["seconds"], 2);
  EXPECT_FALSE(nlohmann::json::parse(StatsToJson(stats, false)).contains("seconds"));
}

TEST(ImportStats, SummarizesForPeople) {
  ImportStats stats = Measure();
  stats.format = "events";
  stats.tie_order = "shuffled";
  stats.seed = 9;
  stats.log_events = 1234567;
  stats.rejected = {{"no user", 3, "a.csv:2: ,x"}};
  stats.rejected_rows = 3;
  const std::string text = SummarizeImport(stats, "data");
  EXPECT_TRUE(Holds(text, "imported 1,234,567 events of 2 users, 5 items\n"));
  EXPECT_TRUE(Holds(text, "leave-one-out: 2 test cases, 2 validation cases"));
  EXPECT_TRUE(Holds(text,
                    "25.0 % of events share the time of the one before (tie order: "
                    "shuffled, seed 9)"));
  EXPECT_TRUE(Holds(text, "3 rows, see data/rejected.tsv"));
  EXPECT_TRUE(Holds(text, "3 x no user, first at a.csv:2: ,x"));
}

}  // namespace
}  // namespace tsugi
