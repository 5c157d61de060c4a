// tsugi shift, on interactions that train in moments.
#include <gtest/gtest.h>

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
  WritePart(folder / "train.txt", 0, 6);
  WritePart(folder / "valid.txt", 6, 7);
  WritePart(folder / "test.txt", 7, 8);
  WritePart(folder / "shifted.txt", 8, 9);
  return " --train " + (folder / "train.txt") + " --valid " + (folder / "valid.txt") + " --test " +
         (folder / "test.txt") + " --shifted " + (folder / "shifted.txt") + " ";
}

TEST(ShiftCommand, ComparesNegativesOnBothTests) {
  const ScratchFolder folder;
  const std::string command = "shift" + GivenSplit(folder) + "--rows random,cnsdiff --seeds 2 " +
                              "--epochs 4 --batch 64 --out " + (folder / "study");
  const CommandResult run = RunTsugi(command);
  ASSERT_EQ(run.exit_code, 0) << run.error;
  const std::string text = ReadText(folder / "study/shift.json");
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["users"], 40);
  ASSERT_EQ(json["rows"].size(), 2u);
  ASSERT_EQ(json["gains"].size(), 1u);
  EXPECT_EQ(json["gains"][0]["name"], "cnsdiff - random");
  EXPECT_LE(json["gains"][0]["shifted"]["recall@20"]["ci95"][0],
            json["gains"][0]["shifted"]["recall@20"]["mean"]);
  // Finished runs are not repeated, and other settings do not pass for them.
  EXPECT_EQ(RunTsugi(command).error.find("epoch"), std::string::npos);
  EXPECT_EQ(ReadText(folder / "study/shift.json"), text);
  const CommandResult other = RunTsugi(command + " --learning-rate 0.5");
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_NE(other.error.find("another --out"), std::string::npos);
}

TEST(ShiftCommand, SplitsAnImportedLog) {
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
  const CommandResult run =
      RunTsugi("shift --data " + (folder / "data") +
               " --rows random --seeds 1 --epochs 2 --epoch balanced --out " + (folder / "study"));
  EXPECT_EQ(run.exit_code, 0) << run.error;
  // Another seed splits otherwise, into as many pairs: runs of the first are not taken for it.
  const CommandResult reseeded =
      RunTsugi("shift --data " + (folder / "data") + " --rows random --seeds 2 --epochs 2" +
               " --epoch balanced --seed 0 --out " + (folder / "study"));
  EXPECT_EQ(reseeded.exit_code, 1);
  EXPECT_NE(reseeded.error.find("another --out"), std::string::npos);
  const CommandResult timeless =
      RunTsugi("shift --shift time --data " + (folder / "data") + " --out " + (folder / "study2"));
  EXPECT_EQ(timeless.exit_code, 1);
  EXPECT_NE(timeless.error.find("no times"), std::string::npos);
}

TEST(ShiftCommand, SaysWhatIsMissing) {
  const ScratchFolder folder;
  const CommandResult nothing = RunTsugi("shift --out " + (folder / "study"));
  EXPECT_EQ(nothing.exit_code, 1);
  EXPECT_NE(nothing.error.find("--data"), std::string::npos);
  GivenSplit(folder);
  EXPECT_EQ(RunTsugi("shift --train " + (folder / "train.txt") + " --out " + (folder / "study"))
                .exit_code,
            2);
  const CommandResult row =
      RunTsugi("shift" + GivenSplit(folder) + "--rows harder --out " + (folder / "study"));
  EXPECT_NE(row.error.find("no such row"), std::string::npos);
}

}  // namespace
}  // namespace tsugi
