#include "native/log/input_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

TEST(InputFiles, ExpandsPatternsInTheOrderOfTheNames) {
  TempFiles files;
  files.Write("b.csv", "2");
  files.Write("a.csv", "1");
  files.Write("c.txt", "3");
  files.Write("[x].csv", "4");
  Strings notes;
  const auto found =
      FindInputFiles({files.path("[ab].csv").string(), files.path("[x].csv").string()}, "", notes);
  ASSERT_TRUE(found.ok()) << found.status().message();
  ASSERT_EQ(found->size(), 3u);
  EXPECT_EQ((*found)[0].filename(), "a.csv");
  EXPECT_EQ((*found)[2].filename(), "[x].csv");
  EXPECT_TRUE(notes.empty());
  EXPECT_TRUE(
      Holds(FindInputFiles({files.path("*.nothing").string()}, "", notes).status().message(),
            "no file matches the pattern"));
}

TEST(InputFiles, SaysWhichFileIsGivenTwice) {
  TempFiles files;
  const std::string a = files.Write("a.csv", "u,i\n1,2\n"), b = files.Write("b.csv", "u,i\n1,2\n");
  Strings notes;
  EXPECT_TRUE(Holds(FindInputFiles({a, a}, "", notes).status().message(), "a.csv: is given twice"));
  ASSERT_TRUE(FindInputFiles({a, b}, "", notes).ok());
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_TRUE(Holds(notes[0], "b.csv: holds the same bytes as"));
}

TEST(InputFiles, CopiesAPipeSoThatItCanBeReadTwice) {
  TempFiles files;
  const std::filesystem::path pipe = files.path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] {
    std::ofstream out(pipe);
    for (const char c : std::string("\xEF\xBB\xBFuser,item\n1,2\n")) out << c << std::flush;
  });
  Strings notes;
  const auto found = FindInputFiles({pipe.string()}, files.path(""), notes);
  writer.join();
  ASSERT_TRUE(found.ok()) << found.status().message();
  EXPECT_EQ(TempFiles::Read((*found)[0]), "\xEF\xBB\xBFuser,item\n1,2\n");
}

}  // namespace
}  // namespace tsugi
