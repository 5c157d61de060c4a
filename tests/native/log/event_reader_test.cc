#include "native/log/event_reader.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

/// "user item time" of every row, or the error's message.
std::vector<std::string> Read(const std::vector<std::filesystem::path>& files, ReadAudit& audit,
                              const EventReaderOptions& options = {}) {
  std::vector<std::string> rows;
  const auto columns = ReadEvents(files, options, audit, [&](const EventRow& row) {
    rows.push_back(std::string(row.user) + " " + std::string(row.item) + " " +
                   std::to_string(row.time_s));
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
  EXPECT_EQ(reasons, (Strings{"no user", "no item",
                              "not a time (expected unix seconds, milliseconds or a date)",
                              "no time"}));
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
  const auto columns = ReadEvents({file}, options, audit, [&](const EventRow& row) {
    rows.emplace_back(row.action, row.value);
  });
  ASSERT_TRUE(columns.ok());
  EXPECT_EQ(columns->action, "kind");
  EXPECT_EQ(columns->time, "");
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

TEST(EventReader, RefusesFilesThatDisagreeOnTimes) {
  TempFiles files;
  ReadAudit audit;
  const auto rows = Read({files.Write("a.csv", "user,item,time\n1,2,3\n"),
                          files.Write("b.csv", "user,item\n1,2\n")},
                         audit);
  EXPECT_TRUE(Holds(rows[0], "b.csv: has no time column, unlike "));
}

}  // namespace
}  // namespace tsugi
