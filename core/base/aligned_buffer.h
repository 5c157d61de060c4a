#ifndef TSUGI_CORE_BASE_ALIGNED_BUFFER_H_
#define TSUGI_CORE_BASE_ALIGNED_BUFFER_H_

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <span>

#include "core/base/status.h"

namespace tsugi {

/// Every buffer and every file segment starts at a multiple of this many bytes: one cache line, and
/// the largest alignment that XNNPACK requires.
inline constexpr size_t kBufferAlignment = 64;
/// Zero bytes that may be read after the end of every buffer and file segment. XNNPACK reads up to
/// 16 bytes past the end (XNN_EXTRA_BYTES), our own kernels up to one 64-byte vector.
inline constexpr size_t kReadPadding = 64;

/// Allocates `size` zeroed elements of `element_bytes` bytes each, aligned and padded as above.
/// The caller releases the memory with std::free.
/// Errors: kOutOfMemory if the size overflows or the allocation fails.
Status AllocateAligned(size_t size, size_t element_bytes, void*& memory);

/// Owns an array of a trivial type: zeroed at creation, 64-byte aligned, followed by kReadPadding
/// readable zero bytes. Movable, not copyable.
template <typename T>
class AlignedBuffer {
 public:
  AlignedBuffer() = default;

  /// Allocates `size` elements.
  /// Errors: kOutOfMemory if the size overflows or the allocation fails.
  static Result<AlignedBuffer> Create(size_t size) {
    void* memory = nullptr;
    TSUGI_RETURN_IF_ERROR(AllocateAligned(size, sizeof(T), memory));
    AlignedBuffer buffer;
    buffer.data_.reset(static_cast<T*>(memory));
    buffer.size_ = size;
    return buffer;
  }

  /// Drops the elements from `size` on and zeroes the padding that follows the new end. Keeps the
  /// memory. Requires: size <= this->size().
  void Shrink(size_t size) {
    std::memset(static_cast<void*>(data_.get() + size), 0,
                std::min((size_ - size) * sizeof(T), kReadPadding));
    size_ = size;
  }

  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::span<T> span() { return {data_.get(), size_}; }
  std::span<const T> span() const { return {data_.get(), size_}; }
  T& operator[](size_t i) { return data_.get()[i]; }
  const T& operator[](size_t i) const { return data_.get()[i]; }

 private:
  struct Free {
    void operator()(T* memory) const { std::free(memory); }
  };
  std::unique_ptr<T, Free> data_;
  size_t size_ = 0;
};

/// A buffer and how many elements it is to have.
struct BufferSize {
  AlignedBuffer<float>* buffer;
  size_t size;
};
/// Creates every buffer of the list. Errors: as AlignedBuffer::Create.
Status AllocateBuffers(std::initializer_list<BufferSize> buffers);

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_ALIGNED_BUFFER_H_
