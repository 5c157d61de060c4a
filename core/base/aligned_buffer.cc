#include "core/base/aligned_buffer.h"

#include "core/base/text.h"

namespace tsugi {

Status AllocateAligned(size_t size, size_t element_bytes, void*& memory) {
  // Room for the read padding and for rounding the size up: aligned_alloc accepts only multiples of
  // the alignment.
  constexpr size_t kSlack = kReadPadding + kBufferAlignment;
  // No object can be larger than half of the address space. Asking malloc for more would return
  // null, but sanitizer builds abort instead. Dividing first keeps the product from wrapping, so a
  // hostile size in a file cannot become a small allocation.
  if (size > (static_cast<size_t>(PTRDIFF_MAX) - kSlack) / element_bytes) {
    return OutOfMemory(Concat("a buffer of ", size, " elements is too large"));
  }
  const size_t bytes = (size * element_bytes + kSlack - 1) / kBufferAlignment * kBufferAlignment;
  memory = std::aligned_alloc(kBufferAlignment, bytes);
  if (memory == nullptr) return OutOfMemory(Concat("could not allocate ", bytes, " bytes"));
  // The padding must be zero, not only readable: kernels multiply what they read there with zeros
  // of the query, and a NaN would survive that.
  std::memset(memory, 0, bytes);
  return Status();
}

Status AllocateBuffers(std::initializer_list<BufferSize> buffers) {
  for (const BufferSize& one : buffers) {
    TSUGI_ASSIGN_OR_RETURN(*one.buffer, AlignedBuffer<float>::Create(one.size));
  }
  return Status();
}

}  // namespace tsugi
