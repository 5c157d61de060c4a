#include "native/log/event_reader.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

/// "user item time" of every row, or the error's message.
std::vector<std::string> Read(const std::vector<TableSource>& files, ReadAudit& audit,
                              const EventReaderOptions& options = {}) {
  std::vector<std::string> rows;
  const auto columns = ReadEvents(files, options, audit, [&](const EventRow& row) {
    rows.push_back(std::string(row.user) + " " + std::string(row.item) + " " +
                   std::to_string(row.time.seconds));
  });
  if (!columns.ok()) return {std::string(columns.status().message())};
  return rows;
}

TEST(EventReader, ReadsCommonColumnNamesOfSeveralFiles) {
  TempFiles files;
  ReadAudit audit;
  EXPECT_EQ(Read({files.Write("a.csv", "userId,movieId,rating,timestamp\n1,10,5,100\n"),
                  files.WriteGzip("b.jsonl.gz", "{\"time\":200,\"item\":\"x\",\"user\":2}\n")},
                 audit),
            (Strings{"1 10 100", "2 x 200"}));
}

TEST(EventReader, RejectsInvalidRowsByReason) {
  TempFiles files;
  ReadAudit audit;
  EXPECT_EQ(Read({files.Write("a.csv",
                              "user,item,time\n"
                              ",a,1\n"
                              "u, ,1\n"
                              "u,a,soon\n"
                              "u,a,\n"
                              " u , a , 1700000000123 \n")},
                 audit),
            (Strings{"u a 1700000000"}));
  std::vector<std::string> reasons;
  for (const auto& reason : audit.reasons()) reasons.push_back(reason.reason);
  EXPECT_EQ(reasons,
            (Strings{"no user", "no item",
                     "not a time (expected unix seconds, milliseconds or a date)", "no time"}));
  EXPECT_TRUE(Holds(audit.reasons()[2].example, "a.csv:4: u,a,soon"));
}

TEST(EventReader, ReadsActionAndValueWhenNamed) {
  TempFiles files;
  ReadAudit audit;
  EventReaderOptions options;
  options.action_column = "kind";
  options.value_column = "stars";
  std::vector<std::pair<std::string, float>> rows;
  const auto file =
      files.Write("a.csv", "user,item,kind,stars\nu,a,view,4.5\nu,b,buy,\nu,c,buy,x\n");
  const auto report = ReadEvents({file}, options, audit, [&](const EventRow& row) {
    rows.emplace_back(row.action, row.value);
  });
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->columns.action, "kind");
  EXPECT_EQ(report->columns.time, "");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0], std::make_pair(std::string("view"), 4.5f));
  EXPECT_EQ(rows[1].first, "buy");
  EXPECT_TRUE(std::isnan(rows[1].second));
  EXPECT_EQ(audit.reasons()[0].reason, "value is not a number");
}

TEST(EventReader, SaysWhichColumnIsMissing) {
  TempFiles files;
  ReadAudit audit;
  EventReaderOptions options;
  options.item_column = "itm";
  EXPECT_TRUE(Holds(Read({files.Write("a.csv", "user,item\n1,2\n")}, audit, options)[0],
                    "a.csv: no column \"itm\" for the item (columns: user, item). Try: "
                    "--item-column \"item\""));
}

TEST(EventReader, StopsAtTimesThatNobodyNamed) {
  TempFiles files;
  ReadAudit audit;
  for (const auto& [column, value] :
       {std::pair("unixReviewTime", "1370000000"), std::pair("t_dat", "2020-01-31"),
        std::pair("InvoiceDate", "12/1/2010 8:26"), std::pair("created_at", "1600000000123"),
        std::pair("when", "2023-11-14 22:13:20 UTC"), std::pair("x", "1370000000")}) {
    const auto file = files.Write(
        "a.csv", "user,item," + std::string(column) + "\nu,a," + value + "\nu,b," + value + "\n");
    EXPECT_TRUE(Holds(Read({file}, audit)[0],
                      "Try: --time-column \"" + std::string(column) + "\", or --time-column none"));
    EventReaderOptions options;
    options.time_column = "none";
    EXPECT_EQ(Read({file}, audit, options), (Strings{"u a 0", "u b 0"}));
  }
  // Numbers that are no times stop nothing.
  EXPECT_EQ(Read({files.Write("a.csv", "user,item,price,watch_time\nu,a,1999,35\n")}, audit),
            (Strings{"u a 0"}));
}

TEST(EventReader, KnowsTheUsualNamesOfTimes) {
  TempFiles files;
  for (const char* column : {"event_time", "timestamp:float", "Timestamp_ms", "date"}) {
    ReadAudit audit;
    EXPECT_EQ(Read({files.Write("a.csv", "user,item," + std::string(column) +
                                             "\nu,a,2023-11-14 22:13:20 UTC\n")},
                   audit),
              (Strings{"u a 1700000000"}));
  }
}

TEST(EventReader, LooksThroughTheFileForTheOrderOfDayAndMonth) {
  TempFiles files;
  std::string text = "user,item,time\n";
  for (int i = 0; i < 2000; ++i) text += "u,a,03/04/2023\n";
  ReadAudit audit;
  EXPECT_TRUE(Holds(Read({files.Write("a.csv", text)}, audit)[0],
                    "dates like 03/04/2023, and no date shows whether the day or the month comes "
                    "first. Try: --date-order dmy, or --date-order mdy"));
  EXPECT_EQ(Read({files.Write("b.csv", text + "u,a,13/04/2023\n")}, audit)[0], "u a 1680480000");
  EXPECT_EQ(Read({files.Write("c.csv", text + "u,a,04/13/2023\n")}, audit)[0], "u a 1677888000");
  EXPECT_TRUE(Holds(Read({files.Write("d.csv",
                                      "user,item,time\nu,a,13/04/2023\nu,a,04/13/2023\n"
                                      "u,a,01/02/2023\n")},
                         audit)[0],
                    "holds dates with the day first and dates with the month first"));
  EventReaderOptions options;
  options.day_first = false;
  EXPECT_EQ(Read({files.path("a.csv")}, audit, options)[0], "u a 1677888000");
}

TEST(EventReader, TakesEightDigitsForDatesOnlyIfAllAre) {
  TempFiles files;
  ReadAudit audit;
  EXPECT_EQ(Read({files.Write("a.csv", "user,item,time\nu,a,20231114\nu,b,20231115\n")}, audit),
            (Strings{"u a 1699920000", "u b 1700006400"}));
  EXPECT_EQ(Read({files.Write("a.csv", "user,item,time\nu,a,20231114\nu,b,99\nu,c,31\n")}, audit),
            (Strings{"u a 20231114", "u b 99", "u c 31"}));
}

TEST(EventReader, RejectsMarkersOfMissingIdsAndTakesThemForNoValue) {
  TempFiles files;
  ReadAudit audit;
  EventReaderOptions options;
  options.value_column = "price";
  std::vector<std::string> values;
  const auto report = ReadEvents(
      {files.Write("a.csv", "user,item,price\nu,a,NaN\nu,b,NULL\nNULL,c,1\nu,None,1\nu,d,1e39\n")},
      options, audit, [&](const EventRow& row) { values.push_back(std::to_string(row.value)); });
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(values, (Strings{"nan", "nan"}));
  EXPECT_EQ(report->missing_users, 1u);
  EXPECT_EQ(report->missing_items, 1u);
  EXPECT_EQ(audit.reasons()[0].reason, "no user (NULL stands for a missing value)");
  EXPECT_EQ(audit.reasons()[2].reason, "value is too large");
  EXPECT_EQ(audit.row_count(), 5u);
}

TEST(EventReader, MakesAnEventOfEachItemOfAList) {
  TempFiles files;
  ReadAudit audit;
  EXPECT_EQ(Read({files.Write("a.jsonl",
                              "{\"user\":\"u\",\"item\":[\"i1\",2],\"time\":5}\n"
                              "{\"user\":\"u\",\"item\":[],\"time\":6}\n"
                              "{\"user\":\"u\",\"item\":[{\"id\":1}],\"time\":7}\n")},
                 audit),
            (Strings{"u i1 5", "u 2 5"}));
  EXPECT_EQ(audit.rejected_count(), 2u);
}

TEST(EventReader, TakesNoValueOfJsonForTheNumberItIsNot) {
  TempFiles files;
  ReadAudit audit;
  EXPECT_EQ(Read({files.Write("a.jsonl",
                              "{\"user\":true,\"item\":[\"apple.0\",\"pear\"],\"time\":5}\n"
                              "{\"user\":false,\"item\":1e400,\"time\":6}\n"
                              "{\"user\":\"u\",\"item\":{\"sku\":\"pen\"},\"time\":7}\n"
                              "{\"user\":{\"id\":\"x.1\"},\"item\":3,\"time\":8}\n")},
                 audit),
            (Strings{"true apple.0 5", "true pear 5", "false 1e400 6"}));
  EXPECT_EQ(audit.rejected_count(), 2u);
}

TEST(EventReader, StopsAtAColumnThatIsCalledATimeAndHoldsAFormNobodyReads) {
  TempFiles files;
  for (const char* time : {"/Date(1700000017000)/", "2023-W17-2", "22:17:20"}) {
    ReadAudit audit;
    const std::string row = std::string(",") + time + "\n";
    EXPECT_TRUE(Holds(
        Read({files.Write("a.csv", "user,item,created_at\nu,a" + row + "u,b" + row)}, audit)[0],
        "--time-column \"created_at\", or --time-column none"))
        << time;
  }
}

TEST(EventReader, ReadsPartsOfWhichTheFirstAloneHasAHeading) {
  TempFiles files;
  ReadAudit audit;
  EXPECT_EQ(Read({files.Write("p1.csv", "user,item,time\nu,a,1\n"),
                  files.Write("p2.csv", "u,b,2\nu,c,3\n")},
                 audit),
            (Strings{"u a 1", "u b 2", "u c 3"}));
}

TEST(EventReader, TakesWholeFloatsOfOnePartForTheIdsOfTheOthers) {
  TempFiles files;
  ReadAudit audit;
  const auto whole = files.Write("p1.csv", "user,item,time\n7,1,1\n");
  const auto floats = files.Write("p2.csv", "user,item,time\n7.0,1.0,2\n8.0,,3\n8.0,2.0,4\n");
  const auto mixed = files.Write("p3.csv", "user,item,time\n9,1.0,5\n9,1.5,6\n");
  EXPECT_EQ(Read({whole, floats}, audit), (Strings{"7 1 1", "7 1 2", "8 2 4"}));
  EXPECT_EQ(Read({whole, mixed}, audit), (Strings{"7 1 1", "9 1.0 5", "9 1.5 6"}));
  EXPECT_EQ(Read({floats}, audit), (Strings{"7.0 1.0 2", "8.0 2.0 4"})) << "alone: as written";
}

TEST(EventReader, TakesListsInCellsApart) {
  TempFiles files;
  ReadAudit audit;
  EXPECT_EQ(Read({files.Write("a.csv",
                              "user,item,time\nu,\"['a', 'it\\'s', \"\"b\"\"]\",1\n"
                              "u,\"[1, 2.0]\",2\nu,[x],3\n")},
                 audit),
            (Strings{"u a 1", "u it's 1", "u b 1", "u 1 2", "u 2 2", "u [x] 3"}));
  for (const char separator : {'|', ';'}) {
    const std::string mark(1, separator);
    const auto file =
        files.Write("b.csv", "user,item,time\nu,a" + mark + "b,1\nu,c" + mark + "a,2\nu,d,3\n");
    const auto report = ReadEvents({file}, {}, audit, [](const EventRow&) {});
    ASSERT_TRUE(report.ok() && report->notes.size() == 1);
    EXPECT_TRUE(Holds(report->notes[0], "looks like lists (a" + mark + "b), and each is taken"));
    EXPECT_TRUE(Holds(report->notes[0], "string_split(\"item\", '" + mark + "')"));
  }
}

TEST(EventReader, KeepsEveryDigitOfAnOrder) {
  TempFiles files;
  EventReaderOptions options;
  options.order_column = "place";
  const auto order = [&](const std::vector<std::string>& texts) {
    std::string text = "user,item,place\n";
    for (const std::string& one : texts) text += "u,a,\"" + one + "\"\n";
    ReadAudit audit;
    std::vector<OrderKey> keys;
    const auto report = ReadEvents({files.Write("a.csv", text)}, options, audit,
                                   [&](const EventRow& row) { keys.push_back(row.order); });
    EXPECT_TRUE(report.ok()) << report.status().message();
    return keys;
  };
  for (const auto& ascending : std::vector<std::vector<std::string>>{
           {"-9007199254740993", "-9007199254740992", "-1.5", "-1", "-0.25", "0", "0.1", "0,2",
            "1e3", "9007199254740992", "9007199254740993", "9223372036854775806",
            "9223372036854775807"},
           {"0.123456789012345677", "0.123456789012345678"},
           {"2023-11-14 22:13:20.000000001", "2023-11-14 22:13:20.000000002", "2023-11-15"}}) {
    const std::vector<OrderKey> keys = order(ascending);
    ASSERT_EQ(keys.size(), ascending.size());
    for (size_t i = 1; i < keys.size(); ++i) EXPECT_LT(keys[i - 1], keys[i]) << ascending[i];
  }
  EXPECT_EQ(order({"1", "soon", "1e30"}).size(), 1u);
}

TEST(EventReader, ProposesNoHeaderForAFileThatStartsWithData) {
  TempFiles files;
  ReadAudit audit;
  EXPECT_TRUE(Holds(
      Read({files.Write("a.tsv", "196\t242\t3\t881250949\n186\t302\t3\t891717742\n")}, audit)[0],
      "Try: --no-header --user-column 1 --item-column 2"));
}

TEST(EventReader, RefusesFilesThatDisagreeOnTimes) {
  TempFiles files;
  ReadAudit audit;
  const auto rows = Read(
      {files.Write("a.csv", "user,item,time\n1,2,3\n"), files.Write("b.csv", "user,item\n1,2\n")},
      audit);
  EXPECT_TRUE(Holds(rows[0], "b.csv: has no time column, unlike "));
}

}  // namespace
}  // namespace tsugi
