#include "core/base/aligned_buffer.h"

#include "core/base/concat.h"

namespace tsugi {

Status AllocateAligned(size_t size, size_t element_bytes, void*& memory) {
  constexpr size_t kSlack = kReadPadding + kBufferAlignment;
  // No object is larger than half the address space, and a sanitizer aborts on the attempt.
  if (size > (static_cast<size_t>(PTRDIFF_MAX) - kSlack) / element_bytes) {
    return OutOfMemory(Concat("a buffer of ", size, " elements is too large"));
  }
  const size_t bytes = (size * element_bytes + kSlack - 1) / kBufferAlignment * kBufferAlignment;
  memory = std::aligned_alloc(kBufferAlignment, bytes);
  if (memory == nullptr) return OutOfMemory(Concat("could not allocate ", bytes, " bytes"));
  std::memset(memory, 0, bytes);
  return Status();
}

}  // namespace tsugi
