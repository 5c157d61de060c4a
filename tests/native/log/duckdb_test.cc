#include "native/log/duckdb.h"

#include <gtest/gtest.h>

#include "native/log/table_reader.h"
#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

using Rows = std::vector<std::vector<std::string>>;

/// All rows of a query, or its error as the only field.
Rows Query(const std::string& sql) {
  auto query = DuckDbQuery::Prepare("--sql", sql, {});
  if (!query.ok()) return {{std::string(query.status().message())}};
  std::vector<size_t> all;
  for (size_t i = 0; i < query->columns().size(); ++i) all.push_back(i);
  const Status started = query->Start(all);
  if (!started.ok()) return {{std::string(started.message())}};
  Rows rows;
  for (;;) {
    const auto count = query->NextChunk();
    if (!count.ok()) return {{std::string(count.status().message())}};
    if (*count == 0) return rows;
    for (size_t row = 0; row < *count; ++row) {
      auto& fields = rows.emplace_back();
      for (const size_t column : all) fields.emplace_back(query->field(column, row));
    }
  }
}

std::string Path(const std::filesystem::path& path) { return SqlQuoted(path.string()); }

TEST(DuckDb, GivesEveryTypeAsText) {
  EXPECT_EQ(
      Query("SELECT 7, 7.0::DOUBLE, 7.5::DOUBLE, 'it''s', NULL, TIMESTAMP '2023-11-14 22:13:20.7', "
            "DATE '2023-11-14', TIMESTAMPTZ '2023-11-14 22:13:20+00', ['a', 'b'], 'x'::BLOB;"),
      (Rows{{"7", "7", "7.5", "it's", "", "2023-11-14 22:13:20.7", "2023-11-14",
             "2023-11-14 22:13:20+00", "[\"a\",\"b\"]", "x"}}));
}

TEST(DuckDb, KeepsTheOrderOfManyChunks) {
  const Rows rows = Query("SELECT 'row number ' || i FROM range(100000) t(i)");
  ASSERT_EQ(rows.size(), 100000u);
  EXPECT_EQ(rows[70000][0], "row number 70000");
}

TEST(DuckDb, RefusesWhatIsNoQueryOfFiles) {
  TempFiles files;
  EXPECT_TRUE(Holds(Query("SELEKT 1")[0][0], "--sql: "));
  EXPECT_TRUE(Holds(Query("COPY (SELECT 1) TO " + Path(files.path("x")))[0][0], "is not a query"));
  EXPECT_FALSE(std::filesystem::exists(files.path("x")));
  EXPECT_TRUE(Holds(Query("INSTALL httpfs")[0][0], "is not a query"));
  EXPECT_TRUE(Holds(Query("FROM 'https://example.com/log.parquet'")[0][0],
                    "names an address on a network"));
  EXPECT_TRUE(Holds(Query("FROM 'nowhere.parquet'")[0][0], "nowhere.parquet"));
}

// events.parquet: 4 users u0 to u3, each with the items 1 to 6 (DOUBLE), a second apart, and a list
// of genres. Made by DuckDB's COPY.
TEST(DuckDb, ReadsParquetAndSaysWhenItIsCutOff) {
  TempFiles files;
  const std::filesystem::path file = TSUGI_SOURCE_DIR "/tests/native/log/fixtures/events.parquet";
  ReadAudit audit;
  auto table = TableReader::Open(file, {}, audit);
  ASSERT_TRUE(table.ok()) << table.status().message();
  EXPECT_EQ((*table)->columns(), (Strings{"user", "item", "at", "genres"}));
  EXPECT_TRUE((*table)->holds_times(2));
  EXPECT_TRUE((*table)->may_hold_lists(3));
  (*table)->KeepColumns({0, 1, 3});
  size_t count = 0;
  for (auto has_row = (*table)->Next(); has_row.ok() && *has_row; has_row = (*table)->Next()) {
    EXPECT_EQ((*table)->field(0), "u" + std::to_string(count / 6));
    EXPECT_EQ((*table)->field(1), std::to_string(count % 6 + 1));
    EXPECT_EQ((*table)->field(3), "[\"Drama\",\"War\"]");
    ++count;
  }
  EXPECT_EQ(count, 24u);
  EXPECT_EQ(audit.row_count(), 24u);
  const std::string bytes = TempFiles::Read(file);
  const auto half = files.Write("cut[1].parquet", bytes.substr(0, bytes.size() / 2));
  const auto cut = TableReader::Open(half, {}, audit);
  ASSERT_FALSE(cut.ok());
  EXPECT_TRUE(Holds(cut.status().message(), "cut[1].parquet: "));
  EXPECT_TRUE(Holds(cut.status().message(), "Try: check the file"));
}

// Why text is not left to DuckDB. If one of these fails, a newer DuckDB may read text after all.
TEST(DuckDb, StillLosesRowsOfText) {
  TempFiles files;
  const std::string csv =
      ", delim=',', quote='\"', escape='\"', header=false, auto_detect=false, "
      "ignore_errors=true, columns={'a':'VARCHAR','b':'VARCHAR'})";
  const auto quotes = files.Write("q.csv", "1,\"open\n2,b\n3,c\n4,\"open\n5,e\n");
  EXPECT_LE(Query("FROM read_csv(" + Path(quotes) + csv).size(), 1u);  // of 5 rows
  const auto joined = files.Write("j.csv", "1,\"open\n2,b\n3,5\"\n4,d\n");
  EXPECT_EQ(Query("FROM read_csv(" + Path(joined) + csv).size(), 2u);  // of 4 rows
  const auto latin = files.Write("l.csv", "1,caf\xE9\n2,b\n");
  EXPECT_EQ(Query("FROM read_csv(" + Path(latin) + csv).size(), 1u);
  std::string text;
  for (int i = 0; i < 20000; ++i) text += std::to_string(i * 7919 % 10007) + ",x\n";
  const std::string packed = TempFiles::Read(files.WriteGzip("g.gz", text));
  const auto cut = files.Write("cut.csv.gz", packed.substr(0, packed.size() / 2));
  EXPECT_LT(Query("FROM read_csv(" + Path(cut) + csv).size(), 15000u);  // and no error
}

}  // namespace
}  // namespace tsugi
