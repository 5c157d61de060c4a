#include "native/files/folders.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <thread>

#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

TEST(FolderLock, KeepsASecondProcessOutUntilItEnds) {
  const TempFiles files;
  const auto folder = files.path("");
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto lock = FolderLock::Take(folder);
    files.Write("locked", "");
    pause();  // until it is killed
    _exit(0);
  }
  while (!std::filesystem::exists(files.path("locked"))) usleep(1000);
  const auto refused = FolderLock::Take(folder);
  EXPECT_EQ(refused.status().code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(Holds(refused.status().message(), "another tsugi process writes to this folder"));
  kill(child, SIGKILL);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(FolderLock::Take(folder).ok()) << "nothing stays of a process that was killed";
}

TEST(FolderLock, EndsWithItsObject) {
  const TempFiles files;
  {
    auto first = FolderLock::Take(files.path(""));
    ASSERT_TRUE(first.ok());
    const FolderLock moved = std::move(first).value();
    EXPECT_FALSE(FolderLock::Take(files.path("")).ok());
  }
  EXPECT_TRUE(FolderLock::Take(files.path("")).ok());
}

TEST(FolderLock, SaysWhichFolderIsMissing) {
  const TempFiles files;
  const auto lock = FolderLock::Take(files.path("none"));
  EXPECT_EQ(lock.status().code(), StatusCode::kNotFound);
  EXPECT_TRUE(Holds(lock.status().message(), "none"));
}

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

/// The exit code of a process that runs `work`, or -1 if it ended in another way.
int ExitCodeOf(const std::function<void()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    work();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(TempFolder, AnInterruptWaitsForWhatIsMovedOut) {
  TempFiles files;
  const int code = ExitCodeOf([&files] {
    const auto folder = TempFolder::Make(files.path(""));
    std::ofstream(folder->path() / "made") << "x";
    auto held = TempFolder::HoldAll();
    std::atomic<bool> has_begun = false;
    std::thread([&has_begun] {
      has_begun = true;
      TempFolder::RemoveAllAndExit(TempFolder::HoldAll(), 7);
    }).detach();
    while (!has_begun) std::this_thread::yield();
    for (int i = 0; i < 1000; ++i) std::this_thread::yield();
    std::filesystem::rename(folder->path() / "made", files.path("out"));
    held.unlock();
    pause();
  });
  EXPECT_EQ(code, 7);
  EXPECT_TRUE(std::filesystem::exists(files.path("out")));
  EXPECT_EQ(CountIn(files.path("")), 1u) << "the folder itself is gone";
}

TEST(TempFolder, NothingThatComesAfterAnInterruptEndsTheProcess) {
  TempFiles files;
  const int code = ExitCodeOf([&files] {
    {
      const auto folder = TempFolder::Make(files.path(""));
      std::thread([] { TempFolder::RemoveAllAndExit(TempFolder::HoldAll(), 7); }).detach();
      while (std::filesystem::exists(folder->path())) std::this_thread::yield();
    }
    _exit(1);
  });
  EXPECT_EQ(code, 7);
}

}  // namespace
}  // namespace tsugi
