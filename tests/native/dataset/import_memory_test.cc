#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <map>

#include "native/dataset/import.h"
#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

/// 300 users with 100 events each, out of order: actions, values, fractions of seconds, repeats,
/// ties, places and some broken rows.
std::string Log() {
  std::string text = "user,item,time,kind,amount,place\n";
  uint64_t state = 1;
  const auto below = [&](uint64_t n) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % n;
  };
  for (int i = 0; i < 30000; ++i) {
    const std::string user = "u" + std::to_string(below(300));
    text += user + ",item-" + std::to_string(below(40)) + "," +
            std::to_string(1'600'000'000 + below(5000)) + (i > 20000 ? ".25" : "") + "," +
            (below(2) ? "view" : "buy") + "," + std::to_string(below(10)) + "," +
            std::to_string(below(3)) + "\n";
    if (i % 100 == 0) text += user + ",,1,view,1,1\n";
  }
  return text;
}

using Contents = std::map<std::string, std::string>;

/// Every file of a data set.
Contents ReadAll(const std::filesystem::path& data) {
  Contents contents;
  for (const auto& entry : std::filesystem::directory_iterator(data)) {
    contents[entry.path().filename().string()] = TempFiles::Read(entry.path());
  }
  return contents;
}

bool HasTempFolder(const std::filesystem::path& place) {
  for (const auto& entry : std::filesystem::directory_iterator(place)) {
    if (entry.path().filename().string().starts_with(".tsugi-temp")) return true;
  }
  return false;
}

ImportOptions Options(const TempFiles& files) {
  ImportOptions options;
  options.events = {files.Write("log.csv", Log())};
  options.out = files.path("data");
  return options;
}

// A limit of this size puts every array into a file and cuts the users into hundreds of parts.
constexpr uint64_t kTiny = 50'000;

TEST(ImportMemory, ALogOnDiskGivesTheSameDataSetToTheByte) {
  TempFiles files;
  std::vector<ImportOptions> variants(5, Options(files));
  for (ImportOptions& options : variants) {
    options.event_reader.action_column = "kind";
    options.event_reader.value_column = "amount";
  }
  variants[1].tie_order = TieOrder::kShuffled;
  variants[1].event_reader.order_column = "place";
  variants[2].merge_repeats = true;
  variants[2].hold_out_items = 0.1;
  variants[3].split_time = 1'600'004'000;
  variants[3].min_count = 100;
  variants[4].event_reader = {};
  variants[4].event_reader.time_column = "none";
  for (ImportOptions& options : variants) {
    auto stats = ImportLog(options);
    ASSERT_TRUE(stats.ok()) << stats.status().message();
    EXPECT_EQ(stats->spilled_bytes, 0u);
    const Contents expected = ReadAll(options.out);
    options.memory_bytes = kTiny;
    stats = ImportLog(options);
    ASSERT_TRUE(stats.ok()) << stats.status().message();
    EXPECT_GT(stats->spilled_bytes, 500'000u);
    EXPECT_TRUE(Holds(SummarizeImport(*stats, "data"), "of events on disk meanwhile"));
    EXPECT_EQ(ReadAll(options.out), expected);
    EXPECT_FALSE(HasTempFolder(files.path("")));
  }
}

TEST(ImportMemory, SequencesAndSessionsGoToDiskAsWell) {
  TempFiles files;
  std::string text;
  for (int line = 0; line < 3000; ++line) {
    text += "u" + std::to_string(line);
    for (int i = 0; i < 10; ++i) text += " " + std::to_string((line * 7 + i * i) % 50);
    text += "\n";
  }
  for (const LogFormat format : {LogFormat::kSequences, LogFormat::kSessions}) {
    ImportOptions options = Options(files);
    options.format = format;
    options.events = {files.Write("log.txt", text)};
    ASSERT_TRUE(ImportLog(options).ok());
    const Contents expected = ReadAll(options.out);
    options.memory_bytes = kTiny;
    const auto stats = ImportLog(options);
    ASSERT_TRUE(stats.ok()) << stats.status().message();
    EXPECT_GT(stats->spilled_bytes, 100'000u);
    EXPECT_EQ(ReadAll(options.out), expected);
  }
}

TEST(ImportMemory, AFullDiskStopsTheImportAndLeavesWhatWasThere) {
  TempFiles files;
  ImportOptions options = Options(files);
  ASSERT_TRUE(ImportLog(options).ok());
  const Contents before = ReadAll(options.out);
  options.memory_bytes = kTiny;
  signal(SIGXFSZ, SIG_IGN);
  rlimit old, small{100'000, RLIM_INFINITY};
  getrlimit(RLIMIT_FSIZE, &old);
  setrlimit(RLIMIT_FSIZE, &small);
  const auto stats = ImportLog(options);
  setrlimit(RLIMIT_FSIZE, &old);
  ASSERT_FALSE(stats.ok());
  EXPECT_EQ(stats.status().code(), StatusCode::kInternal);
  EXPECT_TRUE(
      Holds(stats.status().message(), "the part of the log beyond --memory cannot be written"));
  EXPECT_EQ(ReadAll(options.out), before);
  EXPECT_FALSE(HasTempFolder(files.path("")));
}

}  // namespace
}  // namespace tsugi
