#ifndef TSUGI_BENCH_KERNELS_RANDOM_VALUES_H_
#define TSUGI_BENCH_KERNELS_RANDOM_VALUES_H_

#include <cstdlib>
#include <utility>

#include "core/base/aligned_buffer.h"
#include "core/base/random.h"

namespace tsugi {

template <typename T>
AlignedBuffer<T> RandomBuffer(size_t size, double range) {
  auto buffer = AlignedBuffer<T>::Create(size);
  if (!buffer.ok()) std::abort();
  Random random(size);
  for (T& v : buffer->span()) v = static_cast<T>((2 * random.NextUniform() - 1) * range);
  return std::move(buffer).value();
}

}  // namespace tsugi

#endif  // TSUGI_BENCH_KERNELS_RANDOM_VALUES_H_
