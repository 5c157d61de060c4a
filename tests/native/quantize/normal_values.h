#ifndef TSUGI_TESTS_NATIVE_QUANTIZE_NORMAL_VALUES_H_
#define TSUGI_TESTS_NATIVE_QUANTIZE_NORMAL_VALUES_H_

#include <vector>

#include "core/base/random.h"

namespace tsugi {

/// Sums of uniform draws: close to a normal distribution of variance 1.
inline std::vector<float> NormalValues(size_t count, uint64_t seed) {
  Random random(seed);
  std::vector<float> values(count);
  for (float& value : values) {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += random.NextUniform();
    value = static_cast<float>(sum);
  }
  return values;
}

}  // namespace tsugi

#endif  // TSUGI_TESTS_NATIVE_QUANTIZE_NORMAL_VALUES_H_
