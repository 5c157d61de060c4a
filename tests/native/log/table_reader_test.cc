#include "native/log/table_reader.h"

#include <gtest/gtest.h>

#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

using Rows = std::vector<std::vector<std::string>>;

struct Table {
  std::vector<std::string> columns;
  Rows rows;
  std::string error;
  ReadAudit audit;
};

Table ReadTable(const std::filesystem::path& file, const TableOptions& options = {}) {
  Table table;
  auto reader = TableReader::Open(file, options, table.audit);
  if (!reader.ok()) {
    table.error = reader.status().message();
    return table;
  }
  table.columns = reader->columns();
  for (;;) {
    const auto has_row = reader->Next();
    if (!has_row.ok()) table.error = has_row.status().message();
    if (!has_row.ok() || !*has_row) return table;
    auto& row = table.rows.emplace_back();
    for (size_t i = 0; i < table.columns.size(); ++i) row.emplace_back(reader->field(i));
  }
}

TEST(TableReader, ReadsQuotedFieldsAsRfc4180) {
  TempFiles files;
  const Table table = ReadTable(files.Write("a.csv",
                                            "id,title,year\r\n"
                                            "1,\"Good, the Bad\",1966\r\n"
                                            "2,\"say \"\"hi\"\"\",\r\n"
                                            "3,\"two\nlines\",1990\r\n"
                                            "\"4\",\"\",\"1\"\r\n"));
  EXPECT_EQ(table.columns,
            (Strings{"id", "title", "year"}));
  EXPECT_EQ(table.rows, (Rows{{"1", "Good, the Bad", "1966"},
                              {"2", "say \"hi\"", ""},
                              {"3", "two\nlines", "1990"},
                              {"4", "", "1"}}));
  EXPECT_EQ(table.audit.rejected_count(), 0u);
}

TEST(TableReader, OneStrayQuoteCostsOneRow) {
  TempFiles files;
  const Table table = ReadTable(files.Write("a.csv", "u,i\n1,\"open\n2,b\n3,c\n"));
  EXPECT_EQ(table.rows, (Rows{{"2", "b"}, {"3", "c"}}));
  ASSERT_EQ(table.audit.reasons().size(), 1u);
  EXPECT_EQ(table.audit.reasons()[0].reason, "unclosed quote");
  EXPECT_TRUE(Holds(table.audit.reasons()[0].example, "a.csv:2: 1,\"open"));
}

TEST(TableReader, TakesQuotesInTsvAsTheyAre) {
  TempFiles files;
  const Table table = ReadTable(files.Write("a.tsv", "u\ti\n1\t\"5 inch\" nail\n2\t\"x\n"));
  EXPECT_EQ(table.rows, (Rows{{"1", "\"5 inch\" nail"}, {"2", "\"x"}}));
}

TEST(TableReader, RejectsRowsWithAnotherNumberOfColumns) {
  TempFiles files;
  const Table table = ReadTable(files.Write("a.csv", "u,i\n1,a\n2\n\n3,b,x\n4,d\n"));
  EXPECT_EQ(table.rows, (Rows{{"1", "a"}, {"4", "d"}}));
  ASSERT_EQ(table.audit.reasons().size(), 1u);
  EXPECT_EQ(table.audit.reasons()[0].reason, "wrong number of columns");
  EXPECT_EQ(table.audit.reasons()[0].count, 2u);
  EXPECT_TRUE(Holds(table.audit.reasons()[0].example, "a.csv:3: 2"));
}

TEST(TableReader, FindsTheDelimiterByNameAndFirstLine) {
  EXPECT_EQ(DetectDelimiter("a.csv", "a,b\tc"), ",");
  EXPECT_EQ(DetectDelimiter("a.csv.gz", "a,b\tc"), ",");
  EXPECT_EQ(DetectDelimiter("a.csv", "a;b;c"), ";");
  EXPECT_EQ(DetectDelimiter("a.tsv.gz", "a,b\tc"), "\t");
  EXPECT_EQ(DetectDelimiter("a.txt", "a,b\tc"), "\t");
  EXPECT_EQ(DetectDelimiter("ratings.dat", "1::2::3"), "::");
  EXPECT_EQ(DetectDelimiter("a.txt", " {\"a\": 1}"), "{");
  EXPECT_EQ(DetectDelimiter("a.jsonl.gz", "x"), "{");
  EXPECT_EQ(DetectDelimiter("u.item", "1|Toy Story"), "|");
}

TEST(TableReader, NumbersTheColumnsOfAFileWithoutHeader) {
  TempFiles files;
  const Table table = ReadTable(files.Write("r.dat", "1::10::5\n2::20::4\n"), {"", false});
  EXPECT_EQ(table.columns,
            (Strings{"1", "2", "3"}));
  EXPECT_EQ(table.rows, (Rows{{"1", "10", "5"}, {"2", "20", "4"}}));
}

TEST(TableReader, ReadsJsonLinesWithKeysInAnyOrder) {
  TempFiles files;
  const Table table = ReadTable(files.Write("a.jsonl",
                                            "{\"user\": \"u\", \"item\": 7}\n"
                                            "\n"
                                            "{\"item\": \"b\", \"time\": 1.5, \"user\": null}\n"
                                            "[1]\nnot json\n"
                                            "{\"item\": {\"a\": [1]}}\n"));
  EXPECT_EQ(table.columns,
            (Strings{"user", "item", "time"}));
  EXPECT_EQ(table.rows,
            (Rows{{"u", "7", ""}, {"", "b", "1.5"}, {"", "{\"a\":[1]}", ""}}));
  ASSERT_EQ(table.audit.reasons().size(), 1u);
  EXPECT_EQ(table.audit.reasons()[0].reason, "not a JSON object");
  EXPECT_TRUE(Holds(table.audit.reasons()[0].example, "a.jsonl:4: [1]"));
}

TEST(TableReader, DecodesLatin1FieldByField) {
  TempFiles files;
  const Table table = ReadTable(files.Write("a.csv", "i,t,x\n1,Am\xE9lie,caf\xC3\xA9\n"));
  EXPECT_EQ(table.rows, (Rows{{"1", "Am\xC3\xA9lie", "caf\xC3\xA9"}}));
  EXPECT_EQ(table.audit.latin1_field_count(), 1u);
}

TEST(TableReader, RefusesAnEmptyFile) {
  TempFiles files;
  EXPECT_TRUE(Holds(ReadTable(files.Write("a.csv", "\n \n")).error,
                    "a.csv: the file is empty (expected a header and rows)"));
}

TEST(TableReader, SaysThatAJsonFileNeedsOneObjectPerLine) {
  TempFiles files;
  EXPECT_TRUE(Holds(ReadTable(files.Write("a.json", "[\n{\n\"user\": 1\n}]\n")).error,
                    "a.json:1: no JSON object (expected one per line"));
}

TEST(TableReader, ReadsAHeaderAlone) {
  TempFiles files;
  const Table table = ReadTable(files.Write("a.csv", "u,i\n"));
  EXPECT_EQ(table.columns,
            (Strings{"u", "i"}));
  EXPECT_TRUE(table.rows.empty());
  EXPECT_EQ(table.error, "");
}

}  // namespace
}  // namespace tsugi
