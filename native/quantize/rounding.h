#ifndef TSUGI_NATIVE_QUANTIZE_ROUNDING_H_
#define TSUGI_NATIVE_QUANTIZE_ROUNDING_H_

namespace tsugi {

/// Rows and blocks whose largest weight is smaller count as zeros: 1 / scale would overflow.
inline constexpr float kSmallestMaximum = 1e-30f;

/// Rounds to an integer, ties to even: after adding 1.5 * 2^23 a float has no bits below 1. Unlike
/// std::nearbyint, compilers vectorise it.
/// Requires: |x| < 2^22; compiled without fused or reordered float arithmetic.
inline float RoundToEven(float x) {
  constexpr float kRounder = 12582912.0f;
  return (x + kRounder) - kRounder;
}

}  // namespace tsugi

#endif  // TSUGI_NATIVE_QUANTIZE_ROUNDING_H_
