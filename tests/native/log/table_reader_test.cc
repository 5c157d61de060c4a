#include "native/log/table_reader.h"

#include <gtest/gtest.h>

#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

using Rows = std::vector<std::vector<std::string>>;

struct Table {
  std::vector<std::string> columns;
  Rows rows;
  std::vector<std::string> notes;
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
  TableReader& rows = **reader;
  table.columns = rows.columns();
  table.notes = rows.notes();
  for (;;) {
    const auto has_row = rows.Next();
    if (!has_row.ok()) table.error = has_row.status().message();
    if (!has_row.ok() || !*has_row) return table;
    auto& row = table.rows.emplace_back();
    for (size_t i = 0; i < table.columns.size(); ++i) row.emplace_back(rows.field(i));
  }
}

TableOptions WithoutHeader() {
  TableOptions options;
  options.has_header = false;
  return options;
}

TEST(TableReader, ReadsQuotedFieldsAsRfc4180) {
  TempFiles files;
  const Table table = ReadTable(files.Write("a.csv",
                                            "id,title,year\r\n"
                                            "1,\"Good, the Bad\",1966\r\n"
                                            "2,\"say \"\"hi\"\"\",\r\n"
                                            "3,\"two\nlines\",1990\r\n"
                                            "\"4\",\"\",\"1\"\r\n"));
  EXPECT_EQ(table.columns, (Strings{"id", "title", "year"}));
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

TEST(TableReader, NumbersTheColumnsOfAFileWithoutHeader) {
  TempFiles files;
  const Table table = ReadTable(files.Write("r.dat", "1::10::5\n2::20::4\n"), WithoutHeader());
  EXPECT_EQ(table.columns, (Strings{"1", "2", "3"}));
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
  EXPECT_EQ(table.columns, (Strings{"user", "item", "time"}));
  EXPECT_EQ(table.rows, (Rows{{"u", "7", ""}, {"", "b", "1.5"}, {"", "{\"a\": [1]}", ""}}));
  ASSERT_EQ(table.audit.reasons().size(), 1u);
  EXPECT_EQ(table.audit.reasons()[0].reason, "not a JSON object");
  EXPECT_TRUE(Holds(table.audit.reasons()[0].example, "a.jsonl:4: [1]"));
}

TEST(TableReader, DecodesWindows1252FieldByField) {
  TempFiles files;
  const Table table = ReadTable(files.Write("a.csv", "i,t,x\n1,Am\xE9lie \x96,caf\xC3\xA9\n"));
  EXPECT_EQ(table.rows, (Rows{{"1", "Am\xC3\xA9lie \xE2\x80\x93", "caf\xC3\xA9"}}));
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

// The lines between two stray quotes are rows, and a title of two lines is one field.
TEST(TableReader, StrayQuotesInPairsCostTheirOwnRows) {
  TempFiles files;
  const Table table = ReadTable(files.Write("a.csv",
                                            "u,i,t\n1,a,\"so good\n2,b,x\n3,c,\"two\nlines\"\n"
                                            "4,d,y\n5,e,\"open\n6,f,z\n7,g,5\"\n8,h,w\n"));
  EXPECT_EQ(table.rows, (Rows{{"2", "b", "x"},
                              {"3", "c", "two\nlines"},
                              {"4", "d", "y"},
                              {"6", "f", "z"},
                              {"7", "g", "5\""},
                              {"8", "h", "w"}}));
  EXPECT_EQ(table.audit.row_count(), 8u);
  EXPECT_EQ(table.audit.rejected_count(), 2u);
}

// An inch mark opens no field of several lines, even where a later one seems to close it.
TEST(TableReader, InchMarksCostTheirOwnRows) {
  TempFiles files;
  const Table table = ReadTable(files.Write("a.csv",
                                            "user,item,time,title\n"
                                            "A,x1,1,\"Screen 13 inch\n"
                                            "A,x2,2,TV 40\"\n"
                                            "B,y1,1,\"Screen 13 inch\n"
                                            "B,y2,2,ok\n"
                                            "B,y3,3,one, too many\n"
                                            "B,y4,4,ok\n"
                                            "B,y5,5,TV 40\"\n"));
  Strings items;
  for (const auto& row : table.rows) items.push_back(row[1]);
  EXPECT_EQ(items, (Strings{"x2", "y2", "y4", "y5"}));
  EXPECT_EQ(table.audit.rejected_count(), 3u);
}

TEST(TableReader, AReviewThatHoldsALineLikeARowIsOneField) {
  TempFiles files;
  const Table table = ReadTable(files.Write("a.csv",
                                            "user,item,time,text\n"
                                            "C,z1,1,\"Dear all\nC2,z2,9,I liked it\nbye\"\n"
                                            "D,z3,2,fine\n"));
  Strings items;
  for (const auto& row : table.rows) items.push_back(row[1]);
  EXPECT_EQ(items, (Strings{"z1", "z3"}));
}

TEST(TableReader, TakesQuotesOffWhereRHasQuotedTheHeading) {
  TempFiles files;
  for (const char* delimiter : {"\t", " "}) {
    std::string text = "'user' 'item' 'time'\n'1' 'u0' 'i0' 17\n'2' 'u1' 'i1' 18\n";
    std::replace(text.begin(), text.end(), '\'', '"');
    std::replace(text.begin(), text.end(), ' ', *delimiter);
    const Table table = ReadTable(files.Write("a.txt", text));
    EXPECT_EQ(table.columns, (Strings{"row", "user", "item", "time"}));
    EXPECT_EQ(table.rows, (Rows{{"1", "u0", "i0", "17"}, {"2", "u1", "i1", "18"}}));
  }
}

TEST(TableReader, FindsDelimitersThatFewToolsWrite) {
  TempFiles files;
  for (const char delimiter : {'\1', '^', '~', '|'}) {
    std::string text = "user,item,time\nu0,i0,17\nu1,i1,18\n";
    std::replace(text.begin(), text.end(), ',', delimiter);
    const Table table = ReadTable(files.Write("a.csv", text));
    EXPECT_EQ(table.columns, (Strings{"user", "item", "time"})) << delimiter;
    EXPECT_EQ(table.rows, (Rows{{"u0", "i0", "17"}, {"u1", "i1", "18"}})) << delimiter;
  }
  // In the names of items they are letters.
  const Table table = ReadTable(files.Write("a.csv", "user,item\nu0,a^b\nu1,a~b\n"));
  EXPECT_EQ(table.rows, (Rows{{"u0", "a^b"}, {"u1", "a~b"}}));
}

TEST(TableReader, AHeadingInTheMiddleIsNoRow) {
  TempFiles files;
  const Table table = ReadTable(files.Write("a.csv", "user,item\n1,2\nuser,item\n3,4\n"));
  EXPECT_EQ(table.rows, (Rows{{"1", "2"}, {"3", "4"}}));
  EXPECT_EQ(table.audit.reasons()[0].reason, "the heading again");
}

TEST(TableReader, ReadsQuotesBehindABackslash) {
  TempFiles files;
  const Table table = ReadTable(
      files.Write("a.csv", "u,i,t\n1,a,\"say \\\"hi\\\", he said\"\n2,b,\"c:\\dir\\\"\n"));
  EXPECT_EQ(table.rows, (Rows{{"1", "a", "say \"hi\", he said"}, {"2", "b", "c:\\dir\\"}}));
}

TEST(TableReader, SkipsWhatStandsInFrontOfTheHeading) {
  TempFiles files;
  const Rows rows = {{"1", "a"}, {"2", "b"}};
  const Strings columns = {"user", "item"};
  for (const char* text :
       {"# made today\n% by hand\nuser,item\n1,a\n2,b\n", "sep=;\nuser;item\n1;a\n2;b\n",
        "2\nuser,item\n1,a\n2,b\n", "# user item\n1 a\n2   b\n", "\n\nuser\titem\n1\ta\n2\tb\n",
        "user item\n1 a\n  2\tb\n", "user,item,\n1,a,\n2,b,\n", "user,item\n1,a,\n2,b,\n",
        "user,item,\n1,a\n2,b\n", "user,item\r1,a\r2,b\r", "user|item\n1|a\n2|b\n"}) {
    const Table table = ReadTable(files.Write("a.txt", text));
    EXPECT_EQ(table.columns, columns) << text;
    EXPECT_EQ(table.rows, rows) << text;
    EXPECT_EQ(table.audit.rejected_count(), 0u) << text;
  }
}

TEST(TableReader, NamesTheColumnOfRowNamesThatRWrites) {
  TempFiles files;
  const Table table = ReadTable(files.Write("a.csv", "user,item\n1,u,a\n2,v,b\n"));
  EXPECT_EQ(table.columns, (Strings{"row", "user", "item"}));
  EXPECT_EQ(table.rows, (Rows{{"1", "u", "a"}, {"2", "v", "b"}}));
}

TEST(TableReader, TellsColumnsOfOneNameApart) {
  TempFiles files;
  const Table table = ReadTable(files.Write("a.csv", "user,item,item\nu,a,b\n"));
  EXPECT_EQ(table.columns, (Strings{"user", "item", "item_2"}));
  ASSERT_EQ(table.notes.size(), 1u);
  EXPECT_TRUE(Holds(table.notes[0], "columns 2 and 3 are both called \"item\""));
}

TEST(TableReader, ReadsRecBolesTypedHeading) {
  TempFiles files;
  const Table table = ReadTable(
      files.Write("a.inter", "user_id:token\titem_id:token\ttimestamp:float\n1\ta\t5.0\n"));
  EXPECT_EQ(table.columns, (Strings{"user_id", "item_id", "timestamp"}));
}

TEST(TableReader, RejectsRowsOfNulBytes) {
  TempFiles files;
  const Table table = ReadTable(files.Write("a.csv", "u,i\n1,a\n2,b\n" + std::string(4096, '\0')));
  EXPECT_EQ(table.rows, (Rows{{"1", "a"}, {"2", "b"}}));
  ASSERT_EQ(table.audit.reasons().size(), 1u);
  EXPECT_TRUE(Holds(table.audit.reasons()[0].reason, "NUL bytes"));
}

TEST(TableReader, FindsJsonKeysHoweverLateTheyCome) {
  TempFiles files;
  std::string text;
  for (int i = 0; i < 240; ++i) {
    text += i < 200 ? "{\"user\":1,\"item\":2}\n" : "{\"user\":1,\"item\":2,\"time\":5}\n";
  }
  const Table table = ReadTable(files.Write("a.jsonl", text));
  EXPECT_EQ(table.columns, (Strings{"user", "item", "time"}));
  EXPECT_EQ(table.rows[0][2], "");
  EXPECT_EQ(table.rows[239][2], "5");
}

TEST(TableReader, KeepsJsonNumbersApartAndOneNumberTogether) {
  TempFiles files;
  const Table table =
      ReadTable(files.Write("a.jsonl",
                            "{\"i\":18446744073709551617,\"p\":NaN}\n{\"i\":18446744073709551618}\n"
                            "{\"i\":10}\n{\"i\":10.0}\n{\"i\":1e1}\n{\"i\":\"1e1\"}\n"));
  EXPECT_EQ(table.rows, (Rows{{"18446744073709551617", ""},
                              {"18446744073709551618", ""},
                              {"10", ""},
                              {"10", ""},
                              {"10", ""},
                              {"1e1", ""}}));
}

TEST(TableReader, SurvivesDeepAndWideJson) {
  TempFiles files;
  std::string wide = "{\"user\":1";
  for (int i = 0; i < 20000; ++i) wide += ",\"k" + std::to_string(i) + "\":1";
  const Table table =
      ReadTable(files.Write("a.jsonl", "{\"user\":\"u\"}\n{\"a\":" + std::string(80000, '[') +
                                           "}\n{\"a\":" + std::string(80000, '[') +
                                           std::string(80000, ']') + "}\n" + wide + "}\n"));
  EXPECT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(table.audit.rejected_count(), 1u);
  ASSERT_EQ(table.notes.size(), 1u);
  EXPECT_TRUE(Holds(table.notes[0], "more than 4096 different keys"));
}

TEST(TableReader, ReadsAHeaderAlone) {
  TempFiles files;
  const Table table = ReadTable(files.Write("a.csv", "u,i\n"));
  EXPECT_EQ(table.columns, (Strings{"u", "i"}));
  EXPECT_TRUE(table.rows.empty());
  EXPECT_EQ(table.error, "");
}

}  // namespace
}  // namespace tsugi
