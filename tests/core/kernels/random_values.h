#ifndef TSUGI_TESTS_CORE_KERNELS_RANDOM_VALUES_H_
#define TSUGI_TESTS_CORE_KERNELS_RANDOM_VALUES_H_

#include <cstdlib>
#include <utility>

#include "core/base/aligned_buffer.h"
#include "core/base/random.h"

namespace tsugi {

/// Uniform in [-range, range].
inline AlignedBuffer<float> RandomFloats(size_t size, Random& random, double range = 1.0) {
  auto buffer = AlignedBuffer<float>::Create(size);
  if (!buffer.ok()) std::abort();
  for (float& v : buffer->span()) v = static_cast<float>((2 * random.NextUniform() - 1) * range);
  return std::move(buffer).value();
}

/// Uniform in [-127, 127].
inline AlignedBuffer<int8_t> RandomBytes(size_t size, Random& random) {
  auto buffer = AlignedBuffer<int8_t>::Create(size);
  if (!buffer.ok()) std::abort();
  for (int8_t& v : buffer->span())
    v = static_cast<int8_t>(static_cast<int>(random.NextBelow(255)) - 127);
  return std::move(buffer).value();
}

}  // namespace tsugi

#endif  // TSUGI_TESTS_CORE_KERNELS_RANDOM_VALUES_H_
