#include "native/files/spill.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <new>

namespace tsugi {
namespace {

constexpr size_t kSmallestStep = size_t{1} << 16;  // by which a file grows
constexpr size_t kLargestStep = size_t{64} << 20;
constexpr auto kWatchEvery = std::chrono::milliseconds(10);

uint64_t ResidentBytes() {
  unsigned long long all = 0, resident = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) return 0;
  const int count = std::fscanf(file, "%llu %llu", &all, &resident);
  std::fclose(file);
  return count == 2 ? resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

size_t WholePages(size_t bytes) {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}

}  // namespace

uint64_t PeakMemoryBytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::strtoull(line.c_str() + 6, nullptr, 10) * 1024;
  }
  return 0;
}

Spill::Spill(uint64_t limit_bytes, std::filesystem::path folder)
    : limit_(limit_bytes), folder_(std::move(folder)) {}

Spill::~Spill() {
  {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
  }
  wake_.notify_all();
  if (watcher_.joinable()) watcher_.join();
}

bool Spill::TakeHeap(size_t old_bytes, size_t new_bytes) {
  const uint64_t bytes = heap_bytes_ - old_bytes + new_bytes;
  if (new_bytes > old_bytes && bytes > limit_ / 5) return false;
  heap_bytes_ = bytes;
  return true;
}

void Spill::CountFile(size_t old_bytes, size_t new_bytes) {
  file_bytes_ = file_bytes_ - old_bytes + new_bytes;
  peak_file_bytes_ = std::max(peak_file_bytes_, file_bytes_);
}

void Spill::Fail(const std::filesystem::path& file, int error) {
  status_ = Internal(file.string() + ": the part of the log beyond --memory cannot be written (" +
                     std::strerror(error) +
                     "). Try: free disk space, another --out, or a larger --memory");
  throw std::bad_alloc();
}

// The pages of a shared mapping are the file's: given back they are read again when they are
// needed, with what was written to them. So this may happen at any time, while other threads use
// them.
void Spill::GiveBackPages() {
  for (const auto& [data, bytes] : mappings_) madvise(data, bytes, MADV_DONTNEED);
}

void Spill::Watch() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kWatchEvery, [this] { return is_stopped_; })) {
    if (ResidentBytes() > limit_ / 10 * 7) GiveBackPages();
  }
}

SpillBuffer& SpillBuffer::operator=(SpillBuffer&& other) noexcept {
  if (this == &other) return *this;
  Free();
  spill_ = other.spill_;
  data_ = std::exchange(other.data_, nullptr);
  capacity_ = std::exchange(other.capacity_, 0);
  file_ = std::exchange(other.file_, {});
  fd_ = std::exchange(other.fd_, -1);
  return *this;
}

void SpillBuffer::Grow(size_t used, size_t wanted) {
  if (fd_ < 0) {
    const size_t bytes = std::max(wanted, capacity_ + capacity_ / 2);
    if (spill_ == nullptr || spill_->TakeHeap(capacity_, bytes)) return GrowHeap(bytes);
    MoveToFile(used);
  }
  if (wanted > capacity_) {
    GrowFile(wanted + std::clamp(wanted / 2, kSmallestStep, kLargestStep));
  }
}

void SpillBuffer::Free() {
  if (fd_ < 0) {
    if (spill_ != nullptr) spill_->TakeHeap(capacity_, 0);
    std::free(data_);
  } else {
    {
      const std::lock_guard lock(spill_->mutex_);
      spill_->mappings_.erase(data_);
    }
    munmap(data_, capacity_);
    close(fd_);
    unlink(file_.c_str());
    spill_->CountFile(capacity_, 0);
    fd_ = -1;
    file_.clear();
  }
  data_ = nullptr;
  capacity_ = 0;
}

// realloc moves pages of large blocks and copies no bytes.
void SpillBuffer::GrowHeap(size_t wanted) {
  void* data = std::realloc(data_, wanted);
  if (data == nullptr) {
    if (spill_ != nullptr) spill_->TakeHeap(wanted, capacity_);
    throw std::bad_alloc();
  }
  data_ = data;
  capacity_ = wanted;
}

void SpillBuffer::MoveToFile(size_t used) {
  const std::filesystem::path file =
      spill_->folder_ / ("array-" + std::to_string(spill_->file_count_++));
  const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) spill_->Fail(file, errno);
  SpillBuffer old(spill_);
  std::swap(old.data_, data_);
  std::swap(old.capacity_, capacity_);
  fd_ = fd;
  file_ = file;
  GrowFile(std::max(used, kSmallestStep));
  if (used > 0) std::memcpy(data_, old.data_, used);
}

// The blocks are allocated at once: a page of a file with holes is given its block when it is
// written, and on a full disk that ends the process.
void SpillBuffer::GrowFile(size_t wanted) {
  const size_t bytes = WholePages(wanted);
  const int error =
      posix_fallocate(fd_, static_cast<off_t>(capacity_), static_cast<off_t>(bytes - capacity_));
  if (error != 0) spill_->Fail(file_, error);
  const std::lock_guard lock(spill_->mutex_);
  if (data_ != nullptr) spill_->mappings_.erase(data_);
  void* data = data_ == nullptr ? mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0)
                                : mremap(data_, capacity_, bytes, MREMAP_MAYMOVE);
  if (data == MAP_FAILED) spill_->Fail(file_, errno);
  spill_->CountFile(capacity_, bytes);
  spill_->mappings_[data] = bytes;
  data_ = data;
  capacity_ = bytes;
  if (!spill_->watcher_.joinable()) spill_->watcher_ = std::thread(&Spill::Watch, spill_);
}

}  // namespace tsugi
