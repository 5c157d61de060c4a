#include "native/studies/study_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

StudyResult Made(const char* row, uint64_t seed, double mean, std::vector<double> draws) {
  StudyResult result;
  result.row = row;
  result.about = std::string("about ") + row;
  result.seed = seed;
  result.data_hash = "d";
  result.values = {{"all/ndcg", mean, std::move(draws)}, {"size", 10.0, {}}};
  return result;
}

/// Two rows, two seeds; the resamples of one row lie above those of the other, seed by seed.
std::vector<StudyResult> HandMade() {
  return {Made("whole", 1, 0.30, {0.28, 0.30, 0.32}), Made("part", 1, 0.20, {0.19, 0.20, 0.21}),
          Made("whole", 2, 0.40, {0.38, 0.40, 0.42}), Made("part", 2, 0.30, {0.29, 0.30, 0.31})};
}

const StudyLayout kLayout = {
    .title = "hand-made",
    .columns = {{"ndcg", "all/ndcg"}, {"size", "size"}, {"cold", "cold/ndcg"}},
    .pairs = {{"whole", kEachOtherRow}}};

TEST(StudyReport, HandMadeResultsGiveTheRightTable) {
  const StudyReport report = MakeStudyReport("s", kLayout, HandMade());
  EXPECT_EQ(report.table,
            "hand-made                 seeds                                 ndcg  size\n"
            "whole  about whole            2            0.3500 (0.3300 to 0.3700)    10\n"
            "part  about part              2            0.2500 (0.2400 to 0.2600)    10\n"
            "whole - part  about part         +0.1000 (0.0900 to 0.1100), +40.0 %\n")
      << report.table;
}

TEST(StudyReport, ADifferenceIsPairedResampleByResample) {
  // Of its own each row swings by .4; together they move alike.
  const auto rows =
      SummariseRows({Made("a", 1, 0.5, {0.3, 0.5, 0.7}), Made("b", 1, 0.4, {0.2, 0.4, 0.6})},
                    {{"a", "b", "why"}});
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_TRUE(rows[2].is_difference);
  EXPECT_EQ(rows[2].name, "a - b");
  EXPECT_EQ(rows[2].about, "why");
  const auto* gain = rows[2].Find("all/ndcg");
  ASSERT_NE(gain, nullptr);
  EXPECT_NEAR(gain->mean, 0.1, 1e-12);
  for (const double draw : gain->draws) EXPECT_NEAR(draw, 0.1, 1e-12);
  EXPECT_EQ(rows[2].Find("size"), nullptr);  // no users, no interval
}

TEST(StudyReport, PairsAreOfRowsThatAreThere) {
  const std::vector<StudyPair> pairs = {{"a", "b"}, {"a", "gone"}, {"a", kEachOtherRow}};
  const auto rows = SummariseRows(
      {Made("a", 1, 1, {1, 1}), Made("b", 1, 1, {1, 1}), Made("c", 1, 1, {1, 1})}, pairs);
  std::vector<std::string> names;
  for (const StudyRow& row : rows) names.push_back(row.name);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b", "c", "a - b", "a - c"}));
  const auto from_first = SummariseRows({Made("x", 1, 1, {1, 1}), Made("y", 1, 1, {1, 1})},
                                        {{kEachOtherRow, kFirstRow}});
  ASSERT_EQ(from_first.size(), 3u);
  EXPECT_EQ(from_first[2].name, "y - x");
  EXPECT_EQ(from_first[2].about, "about y");
}

TEST(StudyReport, JsonNestsValuesAndKeepsEverySeed) {
  const auto json = nlohmann::json::parse(MakeStudyReport("s", kLayout, HandMade()).json);
  EXPECT_EQ(json["study"], "s");
  EXPECT_EQ(json["data"], "d");
  const auto& ndcg = json["rows"][0]["all"]["ndcg"];
  EXPECT_DOUBLE_EQ(ndcg["mean"], 0.35);
  EXPECT_DOUBLE_EQ(ndcg["ci95"][0], 0.33);
  EXPECT_EQ(ndcg["seeds"].size(), 2u);
  EXPECT_EQ(json["rows"][0]["seeds"], (std::vector<int>{1, 2}));
  EXPECT_NEAR(json["pairs"][0]["all"]["ndcg"]["difference"].get<double>(), 0.1, 1e-12);
}

TEST(StudyReport, SectionsAreTablesAndCurves) {
  std::vector<StudyResult> results = {Made("a", 1, 1, {1, 1})};
  results[0].values = {{"delay/0/mrr", 0.5, {0.4, 0.6}},
                       {"delay/1d/mrr", 0.25, {0.2, 0.3}},
                       {"label/x/y/accuracy", 0.75, {}}};
  StudyLayout layout = kLayout;
  layout.plot = "mrr";
  const StudyReport report = MakeStudyReport("s", layout, results);
  EXPECT_NE(report.table.find("\na: delay\n"
                              "0   mrr  0.5000 (0.4000 to 0.6000)\n"
                              "1d  mrr  0.2500 (0.2000 to 0.3000)\n"
                              "\na: label\n"
                              "x/y  accuracy  0.7500\n"),
            std::string::npos)
      << report.table;
  EXPECT_NE(report.svg.find(">1d<"), std::string::npos);
}

TEST(StudyResults, AFileGivesBackWhatItWasGiven) {
  const TempFiles files;
  auto results = StudyResults::Open(files.path("r.json"), "s");
  ASSERT_TRUE(results.ok());
  StudyResult made = Made("a", 7, 0.123456789012345, {0.1, 0.15, 0.1234567, 0.2});
  made.commit = "abc";
  made.command = "tsugi study \"s\"";
  ASSERT_TRUE(results->Add(made).ok());
  const auto again = StudyResults::Open(files.path("r.json"), "s");
  ASSERT_TRUE(again.ok()) << again.status().message();
  const StudyResult& read = again->all().at(0);
  EXPECT_EQ(read.row, "a");
  EXPECT_EQ(read.seed, 7u);
  EXPECT_EQ(read.commit, "abc");
  EXPECT_EQ(read.command, made.command);
  ASSERT_EQ(read.values.size(), 2u);
  EXPECT_EQ(read.values[0].mean, made.values[0].mean);
  ASSERT_EQ(read.values[0].draws.size(), 4u);
  for (size_t i = 0; i < 4; ++i) {  // 18 bits of the range
    EXPECT_NEAR(read.values[0].draws[i], made.values[0].draws[i], 0.1 / (1 << 18));
  }
  EXPECT_EQ(read.values[1].mean, 10.0);
  EXPECT_TRUE(read.values[1].draws.empty());
  EXPECT_TRUE(again->Has("a", 7));
  EXPECT_FALSE(again->Has("a", 8));
}

TEST(StudyResults, RefusesOtherFiles) {
  const TempFiles files;
  const auto code = [&](const std::string& text) {
    return StudyResults::Open(files.Write("r.json", text), "s").status().code();
  };
  EXPECT_EQ(code("{\"study\": \"t\", \"results\": []}"), StatusCode::kInvalidArgument);
  EXPECT_EQ(code("{\"study\": \"s\"}"), StatusCode::kInvalidArgument);
  EXPECT_EQ(code("{\"study\": \"s\", \"results\": [{\"row\": 1}]}"), StatusCode::kInvalidArgument);
  EXPECT_EQ(code("{\"study\": \"s\", \"resu"), StatusCode::kInvalidArgument);
  EXPECT_EQ(code("[1]"), StatusCode::kInvalidArgument);
}

TEST(StudySums, AreValuesWithTheirResamples) {
  UserSums users;
  users.metric_count = 2;
  users.sums = {1, 10, 3, 30};
  users.case_counts = {1, 1};
  StudyValues values;
  AddValues("all/", {"x", "y"}, users, values);
  ASSERT_EQ(values.size(), 2u);
  EXPECT_EQ(values[1].name, "all/y");
  EXPECT_EQ(values[1].mean, 20.0);
  EXPECT_EQ(values[1].draws.size(), BootstrapOptions().resamples);
  const Interval interval = MiddleInterval(values[1].draws);
  EXPECT_EQ(interval.low, BootstrapIntervals(users, {})[1].low);
  EXPECT_EQ(interval.high, BootstrapIntervals(users, {})[1].high);
  AddValues("none/", {"x", "y"}, UserSums{{}, {}, 2}, values);
  EXPECT_EQ(values.size(), 2u);
}

}  // namespace
}  // namespace tsugi
