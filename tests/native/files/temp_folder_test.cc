#include "native/files/temp_folder.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

size_t CountIn(const std::filesystem::path& folder) {
  const auto begin = std::filesystem::directory_iterator(folder);
  return static_cast<size_t>(std::distance(begin, std::filesystem::directory_iterator()));
}

TEST(TempFolder, GoesWithEverythingInIt) {
  TempFiles files;
  {
    const auto folder = TempFolder::Make(files.path(""));
    ASSERT_TRUE(folder.ok());
    std::ofstream(folder->path() / "spilled") << "x";
    EXPECT_EQ(CountIn(files.path("")), 1u);
  }
  EXPECT_EQ(CountIn(files.path("")), 0u);
}

TEST(TempFolder, OfAKilledProcessIsRemovedByTheNextAndThatOfALivingOneIsNot) {
  TempFiles files;
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto folder = TempFolder::Make(files.path(""));
    [[maybe_unused]] const ssize_t written = write(ready[1], "x", 1);
    pause();
  }
  char byte;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  { ASSERT_TRUE(TempFolder::Make(files.path("")).ok()); }
  EXPECT_EQ(CountIn(files.path("")), 1u);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_EQ(CountIn(files.path("")), 1u);
  { ASSERT_TRUE(TempFolder::Make(files.path("")).ok()); }
  EXPECT_EQ(CountIn(files.path("")), 0u);
}

}  // namespace
}  // namespace tsugi
