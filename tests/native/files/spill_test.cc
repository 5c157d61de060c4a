#include "native/files/spill.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <new>

#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

size_t CountFiles(const std::filesystem::path& folder) {
  const std::filesystem::directory_iterator files(folder);
  return static_cast<size_t>(std::distance(begin(files), end(files)));
}

TEST(SpillVector, HoldsTheSameInMemoryAndInAFile) {
  TempFiles files;
  Spill spill(100'000, files.path(""));  // a fifth of it on the heap
  SpillVector<uint64_t> heap, numbers(&spill);
  for (uint64_t i = 0; i < 1'000'000; ++i) {
    heap.push_back(i * i);
    numbers.push_back(i * i);
  }
  EXPECT_TRUE(heap.file().empty());
  EXPECT_TRUE(std::filesystem::exists(numbers.file()));
  EXPECT_EQ(heap, numbers);
  EXPECT_GE(spill.peak_file_bytes(), 8'000'000u);
  SpillVector<uint64_t> moved = std::move(numbers);
  EXPECT_EQ(moved, heap);
  moved.resize(1'000'002);
  EXPECT_EQ(moved[1'000'001], 0u);
  EXPECT_EQ(moved[999'999], heap[999'999]);
  moved.clear();
  EXPECT_EQ(CountFiles(files.path("")), 0u);
  moved.push_back(7);
  EXPECT_EQ(moved, SpillVector<uint64_t>({7}));
}

TEST(SpillVector, KeepsWhatIsWrittenWhileItsPagesAreGivenBack) {
  TempFiles files;
  Spill spill(1'000, files.path(""));  // always above it: pages go every 10 milliseconds
  SpillVector<uint32_t> numbers(&spill);
  numbers.resize(4'000'000);
  for (int pass = 0; pass < 20; ++pass) {
    for (uint32_t i = 0; i < numbers.size(); ++i) numbers[i] += i;
  }
  for (uint32_t i = 0; i < numbers.size(); ++i) ASSERT_EQ(numbers[i], 20 * i);
}

TEST(SpillVector, SmallOnesShareTheHeap) {
  TempFiles files;
  Spill spill(1'000'000, files.path(""));
  SpillVector<char> small(&spill), large(&spill);
  small.resize(1'000);
  large.resize(250'000);
  EXPECT_TRUE(small.file().empty());
  EXPECT_FALSE(large.file().empty());
}

TEST(SpillVector, AFullDiskIsAnErrorWithItsReason) {
  TempFiles files;
  Spill spill(1'000, files.path(""));
  signal(SIGXFSZ, SIG_IGN);
  rlimit old, small{1 << 20, RLIM_INFINITY};
  getrlimit(RLIMIT_FSIZE, &old);
  setrlimit(RLIMIT_FSIZE, &small);
  {
    SpillVector<uint64_t> numbers(&spill);
    const auto fill = [&] {
      for (uint64_t i = 0; i < 1'000'000; ++i) numbers.push_back(i);
    };
    EXPECT_THROW(fill(), std::bad_alloc);
  }
  setrlimit(RLIMIT_FSIZE, &old);
  EXPECT_TRUE(
      Holds(spill.status().message(), "cannot be written (File too large). Try: free disk"));
  EXPECT_EQ(CountFiles(files.path("")), 0u);
}

}  // namespace
}  // namespace tsugi
