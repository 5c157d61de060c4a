#include <gtest/gtest.h>

#include "native/dataset/dataset.h"
#include "native/dataset/import.h"
#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

ImportStats Import(const TempFiles& files, ImportOptions options) {
  options.out = files.path("data");
  options.min_count = 1;
  auto stats = ImportLog(options);
  EXPECT_TRUE(stats.ok()) << stats.status().message();
  return stats.ok() ? *std::move(stats) : ImportStats();
}

std::string FirstSequence(const TempFiles& files) {
  const auto dataset = Dataset::Open(files.path("data"));
  std::string text;
  for (const uint32_t item : dataset->sequence_items(0)) {
    text += std::string(dataset->item_ids()[item]) + " ";
  }
  return text;
}

/// 4 users with the items 1 to 6 each, ascending, without times.
std::string SortedLog() {
  std::string text = "user,item\n";
  for (int user = 0; user < 4; ++user) {
    for (int item = 1; item <= 6; ++item)
      text += std::to_string(user) + "," + std::to_string(item) + "\n";
  }
  return text;
}

TEST(ImportOrder, IsByTheFullTimeAndNotByTheSecond) {
  TempFiles files;
  for (const char* unit : {"", "000", "000000"}) {  // milliseconds, micro-, nanoseconds
    std::string text = "user,item,time\n";
    for (int i = 9; i >= 0; --i) {
      const std::string digit = std::to_string(i);
      text.append("u,i").append(digit).append(",1700000000").append(digit).append("00");
      text.append(unit).append("\n");
    }
    ImportOptions options;
    options.events = {files.Write("log.csv", text)};
    Import(files, options);
    EXPECT_EQ(FirstSequence(files), "i0 i1 i2 i3 i4 i5 i6 i7 i8 i9 ");
  }
}

TEST(ImportOrder, OfDatesThatDuckDbGuessesIsAsked) {
  TempFiles files;
  ImportOptions options;
  options.min_count = 1;
  options.out = files.path("data");
  const auto sql = [&](const char* dates, const std::string& more = "") {
    const auto file =
        files.Write("log.csv", "user,item,time\nu,a,02/01/2023\nu,b," + std::string(dates) + "\n");
    options.sql = "SELECT * FROM read_csv('" + file.string() + "'" + more + ")";
    const auto stats = ImportLog(options);
    return stats.ok() ? FirstSequence(files) : std::string(stats.status().message());
  };
  EXPECT_TRUE(Holds(sql("01/02/2023"), "log.csv holds dates like 02/01/2023, which DuckDB reads"));
  EXPECT_TRUE(Holds(sql("01/02/2023"), "all_varchar = true) with --date-order dmy, or"));
  EXPECT_EQ(sql("13/01/2023"), "a b ") << "the 13th decides";
  EXPECT_EQ(sql("01/02/2023", ", dateformat = '%m/%d/%Y'"), "b a ");
  options.event_reader.day_first = false;
  EXPECT_EQ(sql("01/02/2023", ", all_varchar = true"), "b a ");
  EXPECT_TRUE(Holds(sql("01/02/2023"), "which DuckDB reads"));
  options.event_reader.day_first = true;
  EXPECT_EQ(sql("01/02/2023"), "a b ");
}

TEST(ImportOrder, IsByEveryDigitOfTheOrderColumn) {
  TempFiles files;
  for (const char* place : {"900719925474099", "2023-11-14 22:13:20.12345678"}) {
    std::string text = "user,item,time,place\n";
    for (int i = 9; i >= 0; --i) {
      const std::string digit = std::to_string(i);
      text += "u,i" + digit + ",5," + place + digit + "\n";
    }
    ImportOptions options;
    options.events = {files.Write("log.csv", text)};
    options.event_reader.order_column = "place";
    options.event_reader.time_column = "time";
    Import(files, options);
    EXPECT_EQ(FirstSequence(files), "i0 i1 i2 i3 i4 i5 i6 i7 i8 i9 ");
  }
}

TEST(ImportOrder, IsByTheNanosecondsOfAFraction) {
  TempFiles files;
  std::string text = "user,item,time\n";
  for (int i = 9; i >= 0; --i) {
    const std::string digit = std::to_string(i);
    text += "u,i" + digit + ",1700000000.12345678" + digit + "\n";
  }
  ImportOptions options;
  options.events = {files.Write("log.csv", text)};
  Import(files, options);
  EXPECT_EQ(FirstSequence(files), "i0 i1 i2 i3 i4 i5 i6 i7 i8 i9 ");
}

TEST(ImportOrder, OfALogSortedByItemIsSaid) {
  TempFiles files;
  ImportOptions options;
  options.events = {files.Write("log.csv", SortedLog())};
  const ImportStats stats = Import(files, options);
  EXPECT_EQ(stats.file_ordered, 4u);
  EXPECT_EQ(stats.sorted_by_item, 4u);
  EXPECT_TRUE(Holds(SummarizeImport(stats, ""),
                    "in 4 of 4 sequences without times the items ascend or descend by id"));
  EXPECT_TRUE(Holds(StatsToJson(stats, false), "\"sorted_by_item\": 4"));

  options.events = {files.Write("mixed.csv", "user,item\nu,2\nu,1\nu,3\nv,1\nv,3\nv,2\n")};
  EXPECT_EQ(Import(files, options).sorted_by_item, 0u);
}

TEST(ImportOrder, OfUnknownTimesIsATieThatCanBeShuffled) {
  TempFiles files;
  ImportOptions options;
  options.events = {files.Write("log.csv", SortedLog())};
  const std::string raw = Import(files, options).hash;
  options.tie_order = TieOrder::kShuffled;
  const ImportStats shuffled = Import(files, options);
  EXPECT_NE(shuffled.hash, raw);
  EXPECT_FALSE(shuffled.ties_unused);
  EXPECT_TRUE(Holds(SummarizeImport(shuffled, ""), "each user's events are shuffled, seed 1"));
}

TEST(ImportOrder, SaysWhenShufflingChangesNothing) {
  TempFiles files;
  ImportOptions options;
  options.tie_order = TieOrder::kShuffled;
  options.events = {files.Write("log.csv", "user,item,time\nu,a,1\nu,b,2\nu,c,3\n")};
  const ImportStats stats = Import(files, options);
  EXPECT_TRUE(stats.ties_unused);
  EXPECT_TRUE(Holds(SummarizeImport(stats, ""), "--tie-order shuffled changed nothing"));
  options.format = LogFormat::kSequences;
  options.events = {files.Write("s.txt", "u a b c\n")};
  EXPECT_TRUE(Import(files, options).ties_unused);
  EXPECT_EQ(FirstSequence(files), "a b c ");
}

TEST(ImportOrder, OfEqualTimesIsThatOfTheOrderColumn) {
  TempFiles files;
  ImportOptions options;
  options.events = {files.Write("log.csv",
                                "user,item,date,place\nu,c,2020-01-02,1\nu,b,2020-01-01,10\n"
                                "u,a,2020-01-01,9\n")};
  options.event_reader.order_column = "place";
  Import(files, options);
  EXPECT_EQ(FirstSequence(files), "a b c ");
}

TEST(ImportOrder, BeginsBefore1970IfTheLogDoes) {
  TempFiles files;
  ImportOptions options;
  options.events = {
      files.Write("log.csv", "user,item,date\nu,b,1969-12-31\nu,a,1950-01-01\nu,c,1968-01-01\n")};
  const ImportStats stats = Import(files, options);
  EXPECT_EQ(FirstSequence(files), "a c b ");
  EXPECT_TRUE(Holds(SummarizeImport(stats, ""), "1950-01-01 00:00:00 to 1969-12-31 00:00:00 UTC"));
}

}  // namespace
}  // namespace tsugi
