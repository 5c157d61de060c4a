#include "native/train/allocator.h"

#include <cstdlib>  // defines __GLIBC__

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace tsugi::train {

void KeepFreedMemory() {
#ifdef __GLIBC__
  // No tensor of a step is so large: all come from the heap, and none is mapped on its own.
  constexpr int kLargestKept = 1 << 30;
  mallopt(M_MMAP_THRESHOLD, kLargestKept);
  mallopt(M_TRIM_THRESHOLD, kLargestKept);
  mallopt(M_TOP_PAD, 64 << 20);  // the heap grows in few, large steps
  mallopt(M_ARENA_MAX, 1);  // workers share what is kept
#endif
}

}  // namespace tsugi::train
