#include "native/files/whole_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

std::span<const uint8_t> Bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

Strings Names(const TempFiles& files) {
  Strings names;
  for (const auto& entry : std::filesystem::directory_iterator(files.path(""))) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

TEST(WholeFile, IsReplacedAndReadBack) {
  const TempFiles files;
  const auto path = files.path("file");
  ASSERT_TRUE(WriteWholeFile(path, Bytes("the old text")).ok());
  ASSERT_TRUE(WriteWholeFile(path, Bytes(std::string(200'000, 'n'))).ok());
  const auto read = ReadWholeFile(path, 1 << 20, "a text");
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(read->size(), 200'000u);
  EXPECT_EQ(read->data()[199'999], 'n');
  EXPECT_EQ(Names(files), Strings{"file"});
}

TEST(WholeFile, StaysAsItWasIfWritingOrCheckingFails) {
  const TempFiles files;
  const auto path = files.Write("file", "old");
  const auto fail = [](const char* what) { return Internal(what); };
  EXPECT_EQ(WriteWholeFile(path,
                           [&](ByteSink& file) {
                             (void)file.Append(Bytes("half"));
                             return fail("the writer");
                           })
                .message(),
            "the writer");
  EXPECT_EQ(WriteWholeFile(
                path, [](ByteSink& file) { return file.Append(Bytes("new")); },
                [&](const std::filesystem::path& written) {
                  EXPECT_EQ(TempFiles::Read(written), "new");
                  return fail("the check");
                })
                .message(),
            "the check");
  EXPECT_EQ(TempFiles::Read(path), "old");
  EXPECT_EQ(Names(files), Strings{"file"});
}

// A limit on the size of files is reported like a full disk: by a write that is cut short.
TEST(WholeFile, StaysAsItWasIfThereIsNoSpace) {
  const TempFiles files;
  const auto path = files.Write("file", "old");
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {1000, 1000};
    setrlimit(RLIMIT_FSIZE, &limit);
    const Status status = WriteWholeFile(path, Bytes(std::string(100'000, 'n')));
    _exit(status.code() == StatusCode::kOutOfRange ? 0 : 1);
  }
  int how = -1;
  ASSERT_EQ(waitpid(child, &how, 0), child);
  EXPECT_EQ(how, 0);
  EXPECT_EQ(TempFiles::Read(path), "old");
  EXPECT_EQ(Names(files), Strings{"file"});
}

TEST(WholeFile, SweepsWhatADeadProcessLeftAndNothingElse) {
  const TempFiles files;
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) _exit(0);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  const std::string dead = std::to_string(child), alive = std::to_string(getppid());
  files.Write("file.tmp-" + dead, "left");
  std::filesystem::create_directory(files.path("other.tmp-" + dead));
  for (const std::string& kept : {"file.tmp-" + alive, "file.tmp-" + dead + "x",
                                  std::string("file.tmp-"), std::string("file.tmp-0")}) {
    files.Write(kept, "");
  }
  ASSERT_TRUE(WriteWholeFile(files.path("file"), Bytes("new")).ok());
  EXPECT_FALSE(std::filesystem::exists(files.path("file.tmp-" + dead)));
  EXPECT_EQ(Names(files).size(), 6u) << "the file, four strangers and another file's leftover";
  SweepLeftovers(files.path("other"));
  EXPECT_EQ(Names(files).size(), 6u) << "a folder may be anybody's";
}

TEST(WholeFile, ReplacesWhatALinkNames) {
  const TempFiles files;
  const auto real = files.Write("real", "old");
  std::filesystem::create_symlink(real, files.path("link"));
  ASSERT_TRUE(WriteWholeFile(files.path("link"), Bytes("new")).ok());
  EXPECT_EQ(TempFiles::Read(real), "new");
  EXPECT_TRUE(std::filesystem::is_symlink(files.path("link")));
}

TEST(WholeFile, WritesToADeviceWithoutReplacingIt) {
  EXPECT_TRUE(WriteWholeFile("/dev/null", Bytes("gone")).ok());
  EXPECT_EQ(WriteWholeFile("/dev/full", Bytes("none")).code(), StatusCode::kOutOfRange);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST(WholeFile, SaysWhatIsWrongWithAPath) {
  const TempFiles files;
  EXPECT_EQ(WriteWholeFile(files.path(""), Bytes("x")).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(WriteWholeFile(files.path("no/such/folder"), Bytes("x")).code(), StatusCode::kNotFound);
  EXPECT_EQ(ReadWholeFile(files.path("none"), 10, "a text").status().code(), StatusCode::kNotFound);
  const auto folder = ReadWholeFile(files.path(""), 10, "a text");
  EXPECT_TRUE(Holds(folder.status().message(), "not a file, expected a text"));
  const auto long_file = files.Write("long", "12345678901");
  EXPECT_EQ(ReadWholeFile(long_file, 10, "a text").status().code(), StatusCode::kOutOfMemory);
}

}  // namespace
}  // namespace tsugi
