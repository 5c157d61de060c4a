#include "native/log/metadata_reader.h"

#include <gtest/gtest.h>

#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

/// "id|title|json" of every row, or the error's message.
std::vector<std::string> Read(const std::filesystem::path& file, ReadAudit& audit,
                              const MetadataReaderOptions& options = {}) {
  std::vector<std::string> rows;
  const auto columns = ReadItemMetadata(
      file, options, audit, [](const MetadataColumns&) { return Status(); },
      [&](const MetadataRow& row) {
        rows.push_back(std::string(row.id) + "|" + std::string(row.title) + "|" +
                       std::string(row.json));
      });
  if (!columns.ok()) return {std::string(columns.status().message())};
  return rows;
}

TEST(MetadataReader, KeepsJsonLinesAsGiven) {
  TempFiles files;
  ReadAudit audit;
  EXPECT_EQ(Read(files.Write("i.jsonl",
                             "{\"id\": 1, \"title\": \"A\", \"tags\": [1, 2]}\n"
                             "{\"title\": \"B\"}\n"),
                 audit),
            (Strings{"1|A|{\"id\": 1, \"title\": \"A\", \"tags\": [1, 2]}"}));
  EXPECT_EQ(audit.reasons()[0].reason, "no item id");
}

TEST(MetadataReader, TurnsCsvRowsIntoJsonObjects) {
  TempFiles files;
  ReadAudit audit;
  EXPECT_EQ(Read(files.Write("i.csv", "movieId,title,year\n7,\"Big \"\"M\"\"\",1990\n"), audit),
            (Strings{"7|Big \"M\"|{\"movieId\":\"7\",\"title\":\"Big \\\"M\\\"\","
                     "\"year\":\"1990\"}"}));
}

TEST(MetadataReader, UsesTheLogsNameForItems) {
  TempFiles files;
  ReadAudit audit;
  const auto file = files.Write("i.csv", "id,Description,name\n7,mug,Mug\n");
  MetadataReaderOptions options;
  options.log_item_column = "Description";
  EXPECT_TRUE(Holds(Read(file, audit, options)[0], "mug|Mug|"));
  options.id_column = "id";
  EXPECT_TRUE(Holds(Read(file, audit, options)[0], "7|Mug|"));
}

TEST(MetadataReader, FindsTitlesByTheirUsualNamesAndCleansThem) {
  TempFiles files;
  for (const char* name : {"title", "movie_title", "Book-Title", "track_name", "prod_name"}) {
    ReadAudit audit;
    const auto rows = Read(
        files.Write("i.csv", "id," + std::string(name) + "\n1,\"two\nlines \x1B[0m\"\n"), audit);
    EXPECT_TRUE(rows[0].starts_with("1|two lines  [0m|")) << rows[0];
  }
}

TEST(MetadataReader, WritesRecBolesListsOfWordsAsLists) {
  TempFiles files;
  ReadAudit audit;
  EXPECT_EQ(Read(files.Write("a.item", "item_id:token\tclass:token_seq\n1\tDrama War\n"), audit)[0],
            "1||{\"item_id\":\"1\",\"class\":[\"Drama\",\"War\"]}");
}

TEST(MetadataReader, AsksForTheIdColumn) {
  TempFiles files;
  ReadAudit audit;
  EXPECT_TRUE(Holds(Read(files.Write("i.csv", "number,text\n1,x\n"), audit)[0],
                    "i.csv: which column is the item id? (columns: number, text). Try: "
                    "--item-id-column NAME"));
}

TEST(MetadataReader, DecodesLatin1JsonAndCsv) {
  TempFiles files;
  ReadAudit audit;
  EXPECT_EQ(Read(files.Write("i.jsonl", "{\"id\":1,\"title\":\"Am\xE9lie\"}\n"), audit),
            (Strings{"1|Am\xC3\xA9lie|{\"id\":1,\"title\":\"Am\xC3\xA9lie\"}"}));
  EXPECT_TRUE(
      Holds(Read(files.Write("i.csv", "id,title\n1,Am\xE9lie\n"), audit)[0], "1|Am\xC3\xA9lie|"));
}

}  // namespace
}  // namespace tsugi
