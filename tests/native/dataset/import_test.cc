#include "native/dataset/import.h"

#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "native/dataset/dataset.h"
#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

using Cases = std::vector<std::pair<uint32_t, uint32_t>>;

/// Imports and opens; fails the test if either does not work.
struct Imported {
  explicit Imported(const ImportOptions& options) {
    auto imported = ImportLog(options);
    EXPECT_TRUE(imported.ok()) << imported.status().message();
    if (imported.ok()) stats = *std::move(imported);
    auto opened = Dataset::Open(options.out);
    EXPECT_TRUE(opened.ok()) << opened.status().message();
    if (opened.ok()) dataset.emplace(*std::move(opened));
  }
  /// Ids of sequence s, joined by blanks.
  std::string Sequence(size_t s) const {
    std::string text;
    for (const uint32_t item : dataset->sequence_items(s)) {
      text += (text.empty() ? "" : " ") + std::string(dataset->item_ids()[item]);
    }
    return text;
  }
  Cases cases(Split split) const {
    Cases pairs;
    for (const auto [s, position] : dataset->cases(split)) pairs.emplace_back(s, position);
    return pairs;
  }

  ImportStats stats;
  std::optional<Dataset> dataset;
};

template <typename T>
std::vector<T> Copy(std::span<const T> values) {
  return {values.begin(), values.end()};
}

TEST(Import, MakesTheHandWorkedDataSetOfATinyLog) {
  TempFiles files;
  ImportOptions options;
  options.events = {files.WriteGzip("log.csv.gz",
                                    "user_id,item_id,timestamp,kind,stars\n"
                                    "ann,30,300,buy,5\n"
                                    "ann,7,100,view,\n"
                                    "bob,7,100,view,1\n"
                                    "ann,100,200,view,2\n"
                                    ",7,100,view,1\n"
                                    "bob,30,late,view,1\n"
                                    "ann,7,400,view,4\n"
                                    "bob,30,150,buy,3\n")};
  options.out = files.path("data");
  options.min_count = 1;
  options.event_reader.action_column = "kind";
  options.event_reader.value_column = "stars";
  const Imported log(options);

  EXPECT_EQ(log.Sequence(0), "7 100 30 7");                                          // ann, by time
  EXPECT_EQ(log.Sequence(1), "7 30");                                                // bob
  EXPECT_EQ(Copy(log.dataset->items()), (std::vector<uint32_t>{0, 2, 1, 0, 0, 1}));  // 7 < 30 < 100
  EXPECT_EQ(Copy(log.dataset->times()), (std::vector<int64_t>{100, 200, 300, 400, 100, 150}));
  EXPECT_EQ(Copy(log.dataset->train_end()), (std::vector<uint32_t>{2, 2}));
  EXPECT_EQ(Copy(log.dataset->refit_end()), (std::vector<uint32_t>{3, 2}));
  EXPECT_EQ(log.cases(Split::kValid), (Cases{{0, 2}}));
  EXPECT_EQ(log.cases(Split::kTest), (Cases{{0, 3}}));
  EXPECT_EQ(Copy(log.dataset->actions()), (std::vector<uint32_t>{1, 1, 0, 1, 1, 0}));
  EXPECT_EQ(log.dataset->action_names()[0], "buy");
  EXPECT_TRUE(std::isnan(log.dataset->values()[0]));
  EXPECT_EQ(log.dataset->values()[2], 5.0f);
  EXPECT_EQ(log.dataset->protocol(), "leave-one-out");
  EXPECT_EQ(log.dataset->hash(), log.stats.hash);
  EXPECT_EQ(log.stats.rejected_rows, 2u);
  EXPECT_EQ(log.stats.short_users, 1u);
  const std::string rejected = TempFiles::Read(files.path("data/rejected.tsv"));
  EXPECT_TRUE(Holds(rejected, "log.csv.gz\t6\tno user\t,7,100,view,1\n"));
  EXPECT_TRUE(Holds(rejected, "log.csv.gz\t7\tnot a time"));
}

TEST(Import, KeepsUsersAndItemsOfFiveEventsByDefault) {
  TempFiles files;
  std::string text = "user,item\n";
  for (int i = 0; i < 5; ++i) text += "often,x\n";
  for (int i = 0; i < 4; ++i) text += "seldom,x\n";
  text += "often,rare\n";
  ImportOptions options;
  options.events = {files.Write("log.csv", text)};
  options.out = files.path("data");
  const Imported log(options);
  EXPECT_EQ(log.Sequence(0), "x x x x x");
  EXPECT_EQ(log.dataset->sequence_count(), 1u);
  EXPECT_EQ(log.dataset->item_count(), 1u);
  EXPECT_TRUE(log.dataset->times().empty());
  EXPECT_EQ(log.stats.min_count_events, 5u);
}

TEST(Import, ReadsSequencesWithTimes) {
  TempFiles files;
  ImportOptions options;
  options.format = LogFormat::kSequences;
  options.events = {files.Write("s.txt", "a 1 2 3\nb 3 2 1\nc 2 1\na 9 9 9\n")};
  options.times = files.Write("t.txt", "c 5 5\na 10 0 20\nz 1\nb 1 2\n");
  options.out = files.path("data");
  const Imported log(options);
  EXPECT_EQ(log.Sequence(1), "3 2 1");
  EXPECT_EQ(Copy(log.dataset->times()), (std::vector<int64_t>{10, 0, 20, 0, 0, 0, 5, 5}));
  EXPECT_EQ(log.stats.users_without_times, 1u);
  Strings reasons;
  for (const auto& reason : log.stats.rejected) reasons.push_back(reason.reason);
  EXPECT_EQ(reasons,
            (Strings{"a second line of the same user", "times of a user without a sequence",
                     "number of times differs from items"}));
  EXPECT_DOUBLE_EQ(log.stats.equal_time_share, 1.0);  // of one pair of known times
}

TEST(Import, ReadsSessionsWithTestCasesAndColdItems) {
  TempFiles files;
  ImportOptions options;
  options.format = LogFormat::kSessions;
  options.events = {files.Write("s.txt", "1 2 1\n2 3\n3 1 3\n")};
  options.test_cases = files.Write("c.txt", "1 9 2\t3\n1 9\t2\n1\t8\n");
  options.out = files.path("data");
  const Imported log(options);
  EXPECT_EQ(log.dataset->protocol(), "sessions");
  EXPECT_EQ(log.dataset->sequence_count(), 5u);
  EXPECT_EQ(log.Sequence(3), "1 9 2 3");
  EXPECT_EQ(log.Sequence(4), "1 8");
  EXPECT_EQ(Copy(log.dataset->train_end()), (std::vector<uint32_t>{3, 2, 0, 0, 0}));
  EXPECT_EQ(Copy(log.dataset->refit_end()), (std::vector<uint32_t>{3, 2, 3, 0, 0}));
  EXPECT_EQ(log.cases(Split::kValid), (Cases{{2, 1}, {2, 2}}));
  EXPECT_EQ(log.cases(Split::kTest), (Cases{{3, 3}, {3, 2}, {4, 1}}));
  EXPECT_EQ(log.dataset->item_count(), 5u);
  EXPECT_EQ(log.stats.users, 3u);
  EXPECT_EQ(log.stats.test_only_items, 2u);    // 8 and 9
  EXPECT_EQ(log.stats.cold_test_targets, 1u);  // 8
  EXPECT_DOUBLE_EQ(log.dataset->repeat_share(), 0.5);
  EXPECT_FALSE(log.dataset->filter_seen_default());
}

TEST(Import, ShufflesTiesBySeedAndLeavesTheRestAlone) {
  TempFiles files;
  ImportOptions options;
  options.format = LogFormat::kSequences;
  options.events = {files.Write("s.txt", "a 1 2 3 4 5 6 7 8 9\n")};
  options.times = files.Write("t.txt", "a 1 5 5 5 5 5 5 5 6\n");
  options.out = files.path("data");
  const Imported raw(options);
  options.tie_order = TieOrder::kShuffled;
  const Imported one(options), again(options);
  options.seed = 2;
  const Imported two(options);
  EXPECT_EQ(raw.Sequence(0), "1 2 3 4 5 6 7 8 9");
  EXPECT_EQ(one.Sequence(0), again.Sequence(0));
  EXPECT_EQ(one.stats.hash, again.stats.hash);
  EXPECT_NE(one.Sequence(0), raw.Sequence(0));
  EXPECT_NE(one.Sequence(0), two.Sequence(0));
  EXPECT_NE(one.stats.hash, two.stats.hash);
  for (const Imported* log : {&one, &two}) {
    EXPECT_EQ(log->Sequence(0).substr(0, 2), "1 ");
    EXPECT_EQ(log->Sequence(0).substr(15), " 9");
  }
}

TEST(Import, SplitsByTime) {
  TempFiles files;
  ImportOptions options;
  options.events = {files.Write("log.tsv",
                                "user\titem\tdate\n"
                                "a\tx\t2020-01-01\n"
                                "a\ty\t2020-01-03\n"
                                "a\tz\t2020-02-01\n")};
  options.out = files.path("data");
  options.min_count = 1;
  options.split_time = 1580515200;  // 2020-02-01
  const Imported log(options);
  EXPECT_EQ(log.dataset->protocol(), "time");
  EXPECT_EQ(log.cases(Split::kValid), (Cases{{0, 1}}));
  EXPECT_EQ(log.cases(Split::kTest), (Cases{{0, 2}}));
  EXPECT_TRUE(Holds(TempFiles::Read(files.path("data/stats.json")), "\"split_time\": 1580515200"));
}

TEST(Import, LeavesSomethingToTrainOnWhenThereAreOnlyDates) {
  TempFiles files;
  ImportOptions options;
  std::string text = "user,item,date\n";
  for (const char* user : {"a", "b"}) {
    for (const char* row :
         {",x,2020-01-01\n", ",y,2020-01-01\n", ",z,2020-01-02\n", ",w,2020-01-03\n"}) {
      text += std::string(user) + row;
    }
  }
  options.events = {files.Write("log.csv", text)};
  options.out = files.path("data");
  options.min_count = 1;
  options.split_time = 1578009600;  // 2020-01-03
  const Imported log(options);
  EXPECT_EQ(Copy(log.dataset->train_end()), (std::vector<uint32_t>{2, 2}));
  EXPECT_EQ(log.cases(Split::kValid), (Cases{{0, 2}, {1, 2}}));
  options.split_time = 1577923200;  // 2020-01-02: only one day before it
  const auto refused = ImportLog(options);
  ASSERT_FALSE(refused.ok());
  EXPECT_TRUE(Holds(refused.status().message(), "all events before it have one time"));
}

TEST(Import, GivesTheSameBytesEveryTime) {
  TempFiles files;
  ImportOptions options;
  options.format = LogFormat::kSequences;
  options.events = {files.Write("s.txt", "a 1 2 3\nb 3 2 1\n")};
  options.out = files.path("one");
  const Imported one(options);
  options.out = files.path("two");
  const Imported two(options);
  for (const auto& entry : std::filesystem::directory_iterator(files.path("one"))) {
    EXPECT_EQ(TempFiles::Read(entry.path()),
              TempFiles::Read(files.path("two") / entry.path().filename()));
  }
}

}  // namespace
}  // namespace tsugi
