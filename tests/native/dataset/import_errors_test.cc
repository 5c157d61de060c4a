#include <gtest/gtest.h>

#include "native/dataset/import.h"
#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

/// The error of an import; also checks that nothing was written.
std::string ErrorOf(const TempFiles& files, ImportOptions options) {
  options.out = files.path("data");
  const auto stats = ImportLog(options);
  if (stats.ok()) return "no error";
  for (const auto& entry : std::filesystem::directory_iterator(files.path(""))) {
    EXPECT_FALSE(entry.path().filename().string().starts_with("data")) << entry.path();
  }
  return std::string(stats.status().message());
}

ImportOptions Events(const std::filesystem::path& file) {
  ImportOptions options;
  options.events = {file};
  return options;
}

TEST(ImportErrors, NamesAMissingFile) {
  TempFiles files;
  EXPECT_TRUE(Holds(ErrorOf(files, Events(files.path("nowhere.csv"))),
                    "nowhere.csv: cannot be opened (No such file or directory). "
                    "Try: check the path"));
  ImportOptions options = Events(files.Write("log.csv", "user,item\na,b\n"));
  options.min_count = 1;
  options.items = files.path("no_items.csv");
  EXPECT_TRUE(Holds(ErrorOf(files, options), "no_items.csv: cannot be opened"));
}

TEST(ImportErrors, NamesAMissingColumn) {
  TempFiles files;
  ImportOptions options = Events(files.Write("log.csv", "who,item\na,b\n"));
  EXPECT_TRUE(Holds(ErrorOf(files, options),
                    "log.csv: which column is the user? (columns: who, item). "
                    "Try: --user-column NAME"));
  options.event_reader.user_column = "whom";
  EXPECT_TRUE(Holds(ErrorOf(files, options), "Try: --user-column \"who\""));
}

TEST(ImportErrors, RefusesFilesWithoutAValidRow) {
  TempFiles files;
  EXPECT_TRUE(Holds(ErrorOf(files, Events(files.Write("empty.csv", ""))),
                    "empty.csv: the file is empty (expected a header and rows)"));
  EXPECT_TRUE(Holds(ErrorOf(files, Events(files.Write("head.csv", "user,item\n"))),
                    "head.csv: no valid row. Try: check --format and the columns"));
  const std::string message =
      ErrorOf(files, Events(files.Write("bad.csv", "user,item,time\na,b,soon\nc,d,later\n")));
  EXPECT_TRUE(Holds(message, "bad.csv: no valid row; 2 rows rejected, first reason: not a time"));
  EXPECT_TRUE(Holds(message, "bad.csv:2: a,b,soon"));
}

TEST(ImportErrors, ExplainsThatTheMinimumLeavesNothing) {
  TempFiles files;
  EXPECT_TRUE(Holds(ErrorOf(files, Events(files.Write("log.csv", "user,item\na,b\na,c\n"))),
                    "log.csv: no user or item has 5 events. Try: --min-count 1"));
}

TEST(ImportErrors, ReportsAGzipFileThatBreaksOff) {
  TempFiles files;
  std::string text = "user,item\n";
  for (int i = 0; i < 20000; ++i) text += std::to_string(i * 7919 % 10007) + ",x\n";
  const std::string whole = TempFiles::Read(files.WriteGzip("whole", text));
  EXPECT_TRUE(Holds(ErrorOf(files, Events(files.Write("log.csv.gz", whole.substr(0, 20000)))),
                    "log.csv.gz: the gzip data is cut off after 20000 bytes, in line "));
}

TEST(ImportErrors, RefusesOptionsThatDoNotGoTogether) {
  TempFiles files;
  ImportOptions options = Events(files.Write("log.csv", "user,item\na,b\n"));
  options.times = files.path("t");
  EXPECT_TRUE(Holds(ErrorOf(files, options), "--times needs --format sequences"));
  options.times.reset();
  options.test_cases = files.path("c");
  EXPECT_TRUE(Holds(ErrorOf(files, options), "--test-cases needs --format sessions"));
  options.format = LogFormat::kSessions;
  options.split_time = 1;
  EXPECT_TRUE(Holds(ErrorOf(files, options), "--split-time: sessions have no times"));
  EXPECT_TRUE(Holds(ErrorOf(files, ImportOptions()), "--events: no file given"));
}

TEST(ImportErrors, RefusesTestCasesWithoutAValidOne) {
  TempFiles files;
  ImportOptions options = Events(files.Write("s.txt", "1 2\n3 4\n"));
  options.format = LogFormat::kSessions;
  options.test_cases = files.Write("c.txt", "1 2 3\n");
  EXPECT_TRUE(
      Holds(ErrorOf(files, options), "c.txt: no valid test case (expected lines \"item item"));
}

TEST(ImportErrors, KeepsADirectoryThatIsNoDataSet) {
  TempFiles files;
  ImportOptions options = Events(files.Write("log.csv", "user,item\na,b\n"));
  std::filesystem::create_directory(files.path("out"));
  files.Write("out/log.csv", "x");
  options.out = files.path("out");
  const auto stats = ImportLog(options);
  ASSERT_FALSE(stats.ok());
  EXPECT_TRUE(Holds(stats.status().message(), "out: is not a data set (it contains log.csv"));
  EXPECT_EQ(TempFiles::Read(files.path("out/log.csv")), "x");
}

TEST(ImportErrors, KeepsTheOldDataSetWhenTheNewLogIsBad) {
  TempFiles files;
  ImportOptions options = Events(files.Write("log.csv", "user,item\na,b\n"));
  options.min_count = 1;
  options.out = files.path("out");
  ASSERT_TRUE(ImportLog(options).ok());
  const std::string old = TempFiles::Read(files.path("out/stats.json"));
  files.Write("log.csv", "user,item\n,\n");
  EXPECT_FALSE(ImportLog(options).ok());
  EXPECT_EQ(TempFiles::Read(files.path("out/stats.json")), old);
}

}  // namespace
}  // namespace tsugi
