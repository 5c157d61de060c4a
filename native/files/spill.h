#ifndef TSUGI_NATIVE_FILES_SPILL_H_
#define TSUGI_NATIVE_FILES_SPILL_H_

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <mutex>
#include <span>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/status.h"

namespace tsugi {

/// Keeps the arrays of one task within an amount of memory.
///
/// Arrays (SpillVector) share a fifth of the limit on the heap. One that would need more moves to a
/// file in `folder`, which is mapped: its pages are the kernel's page cache, written to disk and
/// read again as needed. While the process as a whole holds more than 0.7 of the limit, a thread
/// gives the mapped pages back. So memory stays within the limit whatever order the arrays are read
/// in, as long as the rest of the task needs less; reading in order is fast.
class Spill {
 public:
  /// `folder` must exist and outlive this. The arrays must not outlive this.
  Spill(uint64_t limit_bytes, std::filesystem::path folder);
  ~Spill();
  Spill(const Spill&) = delete;
  Spill& operator=(const Spill&) = delete;

  uint64_t limit_bytes() const { return limit_; }
  /// The most bytes that the files of arrays had at one time.
  uint64_t peak_file_bytes() const { return peak_file_bytes_; }
  /// Why an array could not grow (std::bad_alloc was thrown then): kInternal, with the file and the
  /// system's reason.
  const Status& status() const { return status_; }

 private:
  friend class SpillBuffer;
  bool TakeHeap(size_t old_bytes, size_t new_bytes);  // false: the arrays have their share already
  void CountFile(size_t old_bytes, size_t new_bytes);
  [[noreturn]] void Fail(const std::filesystem::path& file, int error);
  void GiveBackPages();
  void Watch();

  const uint64_t limit_;
  const std::filesystem::path folder_;
  uint64_t heap_bytes_ = 0, file_bytes_ = 0, peak_file_bytes_ = 0;
  unsigned file_count_ = 0;
  Status status_;
  // Shared with the thread, which starts with the first file.
  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<void*, size_t> mappings_;
  bool is_stopped_ = false;
  std::thread watcher_;
};

/// The most memory that this process has held, mapped files included.
uint64_t PeakMemoryBytes();

/// Bytes that grow: on the heap, or in a mapped file. SpillVector gives them a type.
class SpillBuffer {
 public:
  explicit SpillBuffer(Spill* spill) : spill_(spill) {}
  SpillBuffer(SpillBuffer&& other) noexcept { *this = std::move(other); }
  SpillBuffer& operator=(SpillBuffer&& other) noexcept;
  ~SpillBuffer() { Free(); }

  /// Makes room for `wanted` bytes and keeps the first `used`. Throws std::bad_alloc, with the
  /// reason in Spill::status(), if neither memory nor disk has them.
  void Grow(size_t used, size_t wanted);
  /// Frees everything and removes the file.
  void Free();

  void* data() const { return data_; }
  size_t capacity() const { return capacity_; }
  Spill* spill() const { return spill_; }
  const std::filesystem::path& file() const { return file_; }

 private:
  void GrowHeap(size_t wanted);
  void MoveToFile(size_t used);
  void GrowFile(size_t wanted);

  Spill* spill_ = nullptr;
  void* data_ = nullptr;
  size_t capacity_ = 0;
  std::filesystem::path file_;  // empty: on the heap
  int fd_ = -1;
};

/// A vector of numbers that can be as long as a log. Without a Spill it is always on the heap.
template <typename T>
class SpillVector {
 public:
  using value_type = T;
  SpillVector() : SpillVector(nullptr) {}
  explicit SpillVector(Spill* spill) : buffer_(spill) {}
  SpillVector(std::initializer_list<T> values)
      : SpillVector(std::span(values.begin(), values.end())) {}
  SpillVector(const std::vector<T>& values)  // NOLINT: converts on purpose
      : SpillVector(std::span<const T>(values)) {}
  SpillVector(SpillVector&& other) noexcept
      : buffer_(std::move(other.buffer_)), size_(std::exchange(other.size_, 0)) {}
  SpillVector& operator=(SpillVector&& other) noexcept {
    buffer_ = std::move(other.buffer_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* data() { return static_cast<T*>(buffer_.data()); }
  const T* data() const { return static_cast<const T*>(buffer_.data()); }
  T& operator[](size_t i) { return data()[i]; }
  const T& operator[](size_t i) const { return data()[i]; }
  T* begin() { return data(); }
  T* end() { return data() + size_; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size_; }
  void push_back(T value) {
    if ((size_ + 1) * sizeof(T) > buffer_.capacity()) reserve(size_ + 1);
    data()[size_++] = value;
  }
  void append(std::span<const T> values) {
    reserve(size_ + values.size());
    std::copy(values.begin(), values.end(), end());
    size_ += values.size();
  }
  void reserve(size_t size) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (size * sizeof(T) > buffer_.capacity()) buffer_.Grow(size_ * sizeof(T), size * sizeof(T));
  }
  void resize(size_t size) {  // new elements are T()
    reserve(size);
    if (size > size_) std::fill(end(), data() + size, T());
    size_ = size;
  }
  /// Frees the memory or the file, too.
  void clear() {
    buffer_.Free();
    size_ = 0;
  }
  Spill* spill() const { return buffer_.spill(); }
  /// Where the array lies on disk, with bytes after its end; empty if it is in memory.
  const std::filesystem::path& file() const { return buffer_.file(); }

 private:
  explicit SpillVector(std::span<const T> values) : buffer_(nullptr) { append(values); }

  SpillBuffer buffer_;
  size_t size_ = 0;
};

template <typename T>
bool operator==(const SpillVector<T>& a, const std::type_identity_t<SpillVector<T>>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace tsugi

#endif  // TSUGI_NATIVE_FILES_SPILL_H_
