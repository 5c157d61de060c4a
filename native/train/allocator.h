#ifndef TSUGI_NATIVE_TRAIN_ALLOCATOR_H_
#define TSUGI_NATIVE_TRAIN_ALLOCATOR_H_

namespace tsugi::train {

/// Tells the C library to keep freed memory for the next step instead of returning it to the
/// system. A step allocates and frees the same tens of megabytes as the step before; with glibc's
/// defaults each of them is mapped, zeroed by the kernel and unmapped again. No effect with another
/// C library. Call once.
void KeepFreedMemory();

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_ALLOCATOR_H_
