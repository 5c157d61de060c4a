#include "native/dataset/dataset_writer.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

size_t EntryCount(const std::filesystem::path& directory) {
  const std::filesystem::directory_iterator entries(directory);
  return static_cast<size_t>(std::distance(begin(entries), end(entries)));
}

/// Lets files grow to `bytes` only, as a disk that is full then.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &old_);
    rlimit limit = old_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SmallDisk() {
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit old_{};
  void (*old_handler_)(int);
};

TEST(DatasetWriter, WritesIntoNewFoldersAndReplacesADataSet) {
  TempFiles files;
  const auto out = files.path("a/b/data");
  DatasetArrays arrays;
  ASSERT_TRUE(WriteDataset(out, arrays, "first", "rejected").ok());
  EXPECT_EQ(TempFiles::Read(out / "stats.json"), "first");
  EXPECT_TRUE(std::filesystem::exists(out / "rejected.tsv"));
  ASSERT_TRUE(CheckOut(out).ok());
  ASSERT_TRUE(WriteDataset(out.string() + "/", arrays, "second", "").ok());
  EXPECT_EQ(TempFiles::Read(out / "stats.json"), "second");
  EXPECT_FALSE(std::filesystem::exists(out / "rejected.tsv"));
  EXPECT_EQ(EntryCount(files.path("a/b")), 1u) << "no temporary folder is left next to it";
}

TEST(DatasetWriter, TakesAnEmptyDirectory) {
  TempFiles files;
  std::filesystem::create_directory(files.path("data"));
  ASSERT_TRUE(CheckOut(files.path("data")).ok());
  EXPECT_TRUE(WriteDataset(files.path("data"), DatasetArrays(), "x", "").ok());
  EXPECT_EQ(TempFiles::Read(files.path("data/stats.json")), "x");
}

TEST(DatasetWriter, FollowsALinkToWhatIsNotThereYet) {
  TempFiles files;
  std::filesystem::create_symlink("disk/data", files.path("link"));
  std::filesystem::create_symlink(files.path("link"), files.path("again"));
  ASSERT_TRUE(CheckOut(files.path("again")).ok());
  ASSERT_TRUE(WriteDataset(files.path("again"), DatasetArrays(), "x", "").ok());
  EXPECT_EQ(TempFiles::Read(files.path("disk/data/stats.json")), "x");
  EXPECT_TRUE(std::filesystem::is_symlink(files.path("again")));
}

TEST(DatasetWriter, RefusesToReplaceAnythingElse) {
  TempFiles files;
  const auto file = files.Write("file", "x");
  EXPECT_TRUE(
      Holds(CheckOut(file).message(), "file: is not a directory. Try: choose another --out"));
  std::filesystem::create_directory(files.path("home"));
  files.Write("home/thesis.txt", "x");
  EXPECT_TRUE(
      Holds(CheckOut(files.path("home")).message(),
            "home: is not a data set (it contains thesis.txt, which the import would delete)"));
}

TEST(DatasetWriter, KeepsTheOldDataSetWhenTheDiskIsFull) {
  TempFiles files;
  const auto out = files.path("data");
  DatasetArrays arrays;
  ASSERT_TRUE(WriteDataset(out, arrays, "old", "").ok());
  arrays.items.resize(10000);
  Status status;
  {
    const SmallDisk full(4096);
    status = WriteDataset(out, arrays, "new", "");
  }
  EXPECT_EQ(status.code(), StatusCode::kInternal);
  EXPECT_TRUE(Holds(status.message(), "items.u32: cannot be written (File too large)"));
  EXPECT_TRUE(Holds(status.message(), "Try: free disk space"));
  EXPECT_EQ(TempFiles::Read(out / "stats.json"), "old");
  EXPECT_EQ(EntryCount(files.path("")), 1u) << "the half-written directory is gone";
}

TEST(DatasetWriter, SaysWhereItMayNotWrite) {
  TempFiles files;
  files.Write("file", "x");
  const Status status = WriteDataset(files.path("file/data"), DatasetArrays(), "x", "");
  EXPECT_TRUE(Holds(status.message(), "cannot be created (Not a directory)"));
}

TEST(DatasetWriter, HashesContentsAndPlaces) {
  DatasetArrays a, b, c;
  a.items = {1};
  b.train_end = {1};
  c.items = {1};
  EXPECT_EQ(HashArrays(a).size(), 16u);
  EXPECT_EQ(HashArrays(a), HashArrays(c));
  EXPECT_NE(HashArrays(a), HashArrays(b));
  c.items = {2};
  EXPECT_NE(HashArrays(a), HashArrays(c));
}

}  // namespace
}  // namespace tsugi
