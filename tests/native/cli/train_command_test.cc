#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/native/cli/command_runner.h"

namespace tsugi {
namespace {

TEST(TrainCommand, HelpKeysNeedsNeitherDataNorOut) {
  const CommandResult keys = RunTsugi("train --help-keys --preset netflix --set imagine.steps=77");
  ASSERT_EQ(keys.exit_code, 0) << keys.error;
  for (const char* line : {"\n  width = 192 ", "[imagine]", "\n  imagine.steps = 77 ",
                           "a whole number from 1 to 10000000\n"}) {
    EXPECT_NE(keys.output.find(line), std::string::npos) << line;
  }
  EXPECT_EQ(RunTsugi("train --preset next").exit_code, 2);
}

TEST(TrainCommand, RefusesAConfigurationBeforeItLooksAtTheData) {
  const ScratchFolder folder;
  WriteText(folder / "c.toml", "width = 16\nclip_norm = -1\n");
  const std::string common = "train --data /nowhere --out '" + (folder / "run") + "' ";
  const std::pair<std::string, std::string> cases[] = {
      {"--config '" + (folder / "c.toml") + "'", "c.toml:2: clip_norm = -1 (expected a number"},
      {"--config '" + (folder / "") + "'", "is a folder"},
      {"--config '" + (folder / "none.toml") + "'", "can not be read"},
      {"--config /dev/zero", "larger than 1 MiB"},
      {"--set dropout=1.5", "--set dropout = 1.5 (expected a number from 0 to 0.95"},
      {"--set width=", "expected key=value"},
      {"--set =1", "expected key=value"},
      {"--set a.b.c=1", "--set a.b.c: unknown key"},
      {"--set imagine_steps=9", "Try: imagine.steps ("},
  };
  for (const auto& [arguments, message] : cases) {
    const CommandResult result = RunTsugi(common + arguments);
    EXPECT_EQ(result.exit_code, 1) << arguments;
    EXPECT_NE(result.error.find(message), std::string::npos) << arguments << ": " << result.error;
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "run"));
}

}  // namespace
}  // namespace tsugi
