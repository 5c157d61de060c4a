#ifndef TSUGI_NATIVE_QUANTIZE_ROUNDING_H_
#define TSUGI_NATIVE_QUANTIZE_ROUNDING_H_

namespace tsugi {

/// Below it 1 / scale overflows; such weights are zero for every purpose.
inline constexpr float kSmallestMaximum = 1e-30f;

/// Rounds to an integer, ties to even. Adding 1.5 * 2^23 leaves no bits below one; unlike a call of
/// nearbyint it runs in vectors. Requires: |x| < 2^22 and no fused or reordered float arithmetic.
inline float RoundToEven(float x) {
  constexpr float kRounder = 12582912.0f;
  return (x + kRounder) - kRounder;
}

}  // namespace tsugi

#endif  // TSUGI_NATIVE_QUANTIZE_ROUNDING_H_
