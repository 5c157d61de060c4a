// tsugi study shift, on interactions that train in moments.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/native/cli/command_runner.h"

namespace tsugi {
namespace {

/// 40 users of 4 tastes; a taste owns 15 items. Lines of the part's places among a user's items.
void WritePart(const std::string& path, int first, int end) {
  std::ofstream file(path);
  for (int user = 0; user < 40; ++user) {
    for (int i = first; i < end; ++i) {
      file << user << " " << user % 4 * 15 + (user / 4 + i) % 15 << " 1\n";
    }
  }
}

std::string GivenSplit(const ScratchFolder& folder) {
  std::filesystem::create_directory(folder / "split");
  WritePart(folder / "split/train.txt", 0, 6);
  WritePart(folder / "split/valid.txt", 6, 7);
  WritePart(folder / "split/test.txt", 7, 8);
  WritePart(folder / "split/shifted.txt", 8, 9);
  return " --data " + (folder / "split") + " ";
}

TEST(ShiftStudy, ComparesNegativesOnBothTests) {
  const ScratchFolder folder;
  const std::string command = "study shift --json" + GivenSplit(folder) +
                              "--rows random,cnsdiff --seeds 2 --set max_epochs=4 --set batch=64" +
                              " --results " + (folder / "shift.json");
  const CommandResult run = RunTsugi(command);
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_NE(run.error.find("40 users"), std::string::npos) << run.error;
  const auto json = nlohmann::json::parse(run.output);
  ASSERT_EQ(json["rows"].size(), 2u);
  ASSERT_EQ(json["pairs"].size(), 1u);
  EXPECT_EQ(json["pairs"][0]["name"], "cnsdiff - random");
  const auto& gain = json["pairs"][0]["shifted"]["recall@20"];
  EXPECT_LE(gain["ci95"][0], gain["difference"]);
  EXPECT_GE(gain["ci95"][1], gain["difference"]);
  // Finished runs are not repeated, and other settings do not pass for them.
  const CommandResult again = RunTsugi(command + " --resume");
  EXPECT_EQ(again.error.find("epoch"), std::string::npos);
  EXPECT_EQ(again.output, run.output);
  const CommandResult other = RunTsugi(command + " --resume --set learning_rate=0.5");
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_NE(other.error.find("configuration"), std::string::npos) << other.error;
}

TEST(ShiftStudy, SplitsAnImportedLog) {
  const ScratchFolder folder;
  std::ofstream log(folder / "log.txt");
  for (int user = 0; user < 30; ++user) {
    log << "u" << user;
    for (int i = 0; i < 12; ++i) log << " " << (user + i * (1 + user % 3)) % 25;
    log << "\n";
  }
  log.close();
  ASSERT_EQ(RunTsugi("import --format sequences --events " + (folder / "log.txt") + " --out " +
                     (folder / "data"))
                .exit_code,
            0);
  const std::string command = "study shift --data " + (folder / "data") +
                              " --rows random --set max_epochs=2 --set epoch=balanced --results " +
                              (folder / "study.json");
  const CommandResult run = RunTsugi(command + " --seeds 1");
  EXPECT_EQ(run.exit_code, 0) << run.error;
  // Another seed of the split gives other parts of as many pairs: they are not taken for these.
  const CommandResult reseeded = RunTsugi(command + " --seeds 1 --resume --set split_seed=0");
  EXPECT_EQ(reseeded.exit_code, 1);
  EXPECT_NE(reseeded.error.find("data"), std::string::npos) << reseeded.error;
  // Another seed of training is added.
  EXPECT_EQ(RunTsugi(command + " --seeds 2 --resume").exit_code, 0);
  const CommandResult timeless =
      RunTsugi("study shift --set shift=time --data " + (folder / "data"));
  EXPECT_EQ(timeless.exit_code, 1);
  EXPECT_NE(timeless.error.find("no times"), std::string::npos);
}

TEST(ShiftStudy, SaysWhatIsMissing) {
  const ScratchFolder folder;
  const CommandResult nothing = RunTsugi("study shift");
  EXPECT_EQ(nothing.exit_code, 1);
  EXPECT_NE(nothing.error.find("--data"), std::string::npos);
  const std::string split = GivenSplit(folder);
  std::filesystem::remove(folder / "split/shifted.txt");
  const CommandResult part = RunTsugi("study shift" + split);
  EXPECT_EQ(part.exit_code, 1);
  EXPECT_NE(part.error.find("shifted.txt"), std::string::npos) << part.error;
  GivenSplit(folder);
  const CommandResult row = RunTsugi("study shift" + split + "--rows harder");
  EXPECT_NE(row.error.find("no such row"), std::string::npos);
  const CommandResult key = RunTsugi("study shift" + split + "--set epochs=3");
  EXPECT_NE(key.error.find("max_epochs"), std::string::npos) << key.error;
}

}  // namespace
}  // namespace tsugi
