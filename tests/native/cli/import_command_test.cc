#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <chrono>
#include <thread>

#include "tests/native/cli/command_runner.h"

namespace tsugi {
namespace {

constexpr char kLog[] = "user_id,item_id,timestamp\nu,a,1\nu,b,2\nu,c,3\nv,a,1\nv,b,2\nv,c,3\n";

class ImportCommandTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) const { return "'" + (folder_ / name) + "'"; }
  CommandResult Import(const std::string& arguments) const {
    return RunTsugi("import --min-count 1 --out " + Path("data") + " " + arguments);
  }
  size_t CountTempFolders() const {
    size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "")) {
      count += entry.path().filename().string().starts_with(".tsugi-temp-");
    }
    return count;
  }
  /// Starts an import that waits for a pipe and sends it `signal` as soon as its folder is there.
  int ExitCodeAfter(int signal) const {
    const std::string pipe = folder_ / "pipe";
    mkfifo(pipe.c_str(), 0600);
    const pid_t child = fork();
    if (child == 0) {
      execl(TSUGI_BINARY, TSUGI_BINARY, "import", "--events", pipe.c_str(), "--out",
            (folder_ / "data/").c_str(), nullptr);
      _exit(99);
    }
    while (CountTempFolders() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    kill(child, signal);
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  ScratchFolder folder_;
};

TEST_F(ImportCommandTest, TellsTheFormOfAUsualTableByItself) {
  WriteText(folder_ / "log.csv", kLog);
  const CommandResult result = Import("--events " + Path("log.csv"));
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_NE(result.output.find("columns    user = user_id, item = item_id, time = timestamp"),
            std::string::npos)
      << result.output;
  EXPECT_NE(
      result.output.find("rows       6 rows read = 0 rejected + 6 with 6 events = 6 imported"),
      std::string::npos);
}

TEST_F(ImportCommandTest, AsksForTheFormOfOtherText) {
  WriteText(folder_ / "log.txt", "1 7 8 9\n2 8 9\n");
  const CommandResult result = Import("--events " + Path("log.txt"));
  EXPECT_EQ(result.exit_code, 1);
  for (const char* part : {"log.txt: what is a line of this file?", "--format events",
                           "--no-header", "--format sequences", "--format sessions"}) {
    EXPECT_NE(result.error.find(part), std::string::npos) << result.error;
  }
}

TEST_F(ImportCommandTest, ReadsTextWithoutDuckDbAndSaysWhatParquetNeeds) {
  setenv("TSUGI_DUCKDB", "/nowhere/libduckdb.so", 1);
  WriteText(folder_ / "log.csv", kLog);
  EXPECT_EQ(Import("--events " + Path("log.csv")).exit_code, 0);
  const CommandResult result = Import("--sql 'SELECT 1'");
  unsetenv("TSUGI_DUCKDB");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.error.find("libduckdb.so, which reads Parquet files and SQL, is not here. Try: "
                              "./dev setup npm"),
            std::string::npos)
      << result.error;
}

// The library that is named here has all of DuckDB's functions; each of them aborts.
TEST_F(ImportCommandTest, SaysWhatDuckDbCrashedOnAndLeavesNothing) {
  WriteText(folder_ / "it's.parquet", "PAR1");
  setenv("TSUGI_DUCKDB", TSUGI_CRASHING_DUCKDB, 1);
  const CommandResult result = Import("--events \"" + (folder_ / "it's.parquet") + "\"");
  unsetenv("TSUGI_DUCKDB");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_TRUE(result.error.ends_with(
      "it's.parquet: DuckDB, which reads Parquet files and SQL, crashed on it; a file is probably "
      "damaged. Try: write the file again, or convert it to CSV\n"))
      << result.error;
  EXPECT_EQ(CountTempFolders(), 0u);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "data"));
}

TEST_F(ImportCommandTest, ACrashWithoutDuckDbIsShownAsItIs) {
  EXPECT_EQ(ExitCodeAfter(SIGSEGV), -SIGSEGV);
}

TEST_F(ImportCommandTest, ReadsAQueryOverSeveralFiles) {
  WriteText(folder_ / "a.csv", kLog);
  WriteText(folder_ / "b.csv", "user_id,item_id,timestamp\nw,a,1\n");
  const CommandResult both = Import("--events '" + (folder_ / "?.csv") + "' --json");
  EXPECT_NE(both.output.find("\"read\": 7"), std::string::npos) << both.error;
  const CommandResult query = Import("--memory 300MB --json --sql \"SELECT * FROM '" +
                                     (folder_ / "*.csv") + "' ORDER BY user_id\"");
  EXPECT_NE(query.output.find("\"read\": 7"), std::string::npos) << query.error;
  for (const char* memory : {"lots", "-5GB", "'4 GB extra'"}) {
    EXPECT_EQ(Import(std::string("--events nowhere.csv --memory ") + memory).error.find("nowhere"),
              std::string::npos)
        << memory;
  }
  EXPECT_EQ(CountTempFolders(), 0u);
}

TEST_F(ImportCommandTest, KeepsTheWordVectorsOfTheItems) {
  WriteText(folder_ / "log.csv", kLog);
  WriteText(folder_ / "items.csv", "id,title\na,Night Train\nb,Day\n");
  WriteText(folder_ / "words.txt", "the 1 0\nof 2 0\nnight 0 1\nrain 1 1\n");
  const std::string files = "--json --events " + Path("log.csv") + " --items " + Path("items.csv");
  const CommandResult all = Import(files + " --word-vectors " + Path("words.txt"));
  EXPECT_NE(all.output.find("\"kept\": 4"), std::string::npos) << all.error;
  const std::string few = " --word-vectors-keep 1 --word-vectors ";
  EXPECT_NE(Import(files + few + Path("words.txt")).output.find("\"kept\": 2"), std::string::npos);
  EXPECT_EQ(Import(files + few + Path("nowhere.vec")).exit_code, 1);
  EXPECT_EQ(CountTempFolders(), 0u);
}

TEST_F(ImportCommandTest, LeavesNoTemporaryFolderWhenItIsStopped) {
  EXPECT_EQ(ExitCodeAfter(SIGINT), 130);
  EXPECT_EQ(CountTempFolders(), 0u);
}

TEST_F(ImportCommandTest, RemovesTheTemporaryFolderOfAnImportThatWasKilled) {
  EXPECT_EQ(ExitCodeAfter(SIGKILL), -SIGKILL);
  EXPECT_EQ(CountTempFolders(), 1u);
  WriteText(folder_ / "log.csv", kLog);
  EXPECT_EQ(Import("--events " + Path("log.csv")).exit_code, 0);
  EXPECT_EQ(CountTempFolders(), 0u);
}

}  // namespace
}  // namespace tsugi
