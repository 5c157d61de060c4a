#ifndef TSUGI_CORE_BASE_NUMBERS_H_
#define TSUGI_CORE_BASE_NUMBERS_H_

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

#include "core/base/status.h"

namespace tsugi {

/// Converts a floating-point number to an integer: its whole part, the nearest limit of Int beyond
/// that, 0 for NaN. A plain static_cast is undefined there, and a model's numbers may be anything.
template <typename Int, typename Float>
constexpr Int SaturatingCast(Float value) {
  // As Float, the highest Int may round up to a power of two, which Int does not hold.
  constexpr auto kLowest = static_cast<Float>(std::numeric_limits<Int>::min());
  constexpr auto kHighest = static_cast<Float>(std::numeric_limits<Int>::max());
  if (value >= kHighest) return std::numeric_limits<Int>::max();
  if (value <= kLowest) return std::numeric_limits<Int>::min();
  return value == value ? static_cast<Int>(value) : Int{0};
}

/// Errors: kInternal if a number that the model computed is infinite or NaN. Weights that each are
/// finite can still overflow together.
inline Status CheckFinite(std::span<const float> numbers) {
  const bool are_finite = std::all_of(numbers.begin(), numbers.end(),
                                      [](float number) { return std::isfinite(number); });
  if (are_finite) return Status();
  return Internal("the model's output is not finite; get the file or train it again");
}

/// Sorts in place in O(n log n). The engine calls this one function everywhere: its code is a tenth
/// of that of std::sort, and browsers download the engine.
inline void SortAscending(std::span<uint32_t> values) {
  // Heap sort rather than std::sort: also n log n in the worst case, and one short loop instead of
  // introsort's three algorithms.
  std::make_heap(values.begin(), values.end());
  std::sort_heap(values.begin(), values.end());
}

// exp, log, sin and cos built from +, -, * and / alone. Math libraries differ in the last bits;
// these functions return the same number on every machine, except that a compiler which fuses
// multiply and add may change the last bit. Error: at most 1e-14 (sin and cos: 1e-12).

/// e^x for x from -700 to 700; below it and for NaN exactly 0, above it e^700.
inline double PortableExp(double x) {
  constexpr double kLog2E = 1.4426950408889634;
  constexpr double kLn2High = 0.6931471803691238;  // its product with an exponent is exact
  constexpr double kLn2Low = 1.9082149292705877e-10;
  if (!(x >= -700.0)) return 0.0;
  if (x > 700.0) x = 700.0;
  const auto n = static_cast<int64_t>(x * kLog2E + (x < 0.0 ? -0.5 : 0.5));
  const double r = x - static_cast<double>(n) * kLn2High - static_cast<double>(n) * kLn2Low;
  double sum = 1.0;
  for (int k = 14; k > 0; --k) sum = 1.0 + sum * r / k;  // Taylor, |r| <= 0.35
  return sum * std::bit_cast<double>(static_cast<uint64_t>(n + 1023) << 52);
}

/// The natural logarithm. Requires: x is a positive normal number.
inline double PortableLog(double x) {
  constexpr double kLn2 = 0.6931471805599453;
  constexpr double kSqrt2 = 1.4142135623730951;
  constexpr uint64_t kMantissa = (uint64_t{1} << 52) - 1;
  const auto bits = std::bit_cast<uint64_t>(x);
  auto exponent = static_cast<int64_t>(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & kMantissa) | uint64_t{1023} << 52);
  if (m > kSqrt2) {
    m *= 0.5;
    ++exponent;
  }
  const double z = (m - 1.0) / (m + 1.0);  // log m = 2 artanh z, |z| <= 0.172
  double sum = 0.0;
  for (int k = 23; k > 0; k -= 2) sum = sum * (z * z) + 1.0 / k;
  return 2.0 * z * sum + static_cast<double>(exponent) * kLn2;
}

/// sin and cos of x, in radians. Requires: |x| < 2^30; beyond that the reduction by multiples of
/// pi / 2 loses too many digits.
struct SinCos {
  double sin, cos;
};
inline SinCos PortableSinCos(double x) {
  constexpr double kHalfPi = 1.5707963267948966;
  constexpr double kHalfPiLow = 6.123233995736766e-17;
  const auto quadrant = static_cast<int64_t>(x / kHalfPi + (x < 0.0 ? -0.5 : 0.5));
  const double n = static_cast<double>(quadrant);
  const double r = x - n * kHalfPi - n * kHalfPiLow;
  double sin = 1.0, cos = 1.0;
  for (int k = 20; k > 0; k -= 2) {  // Taylor, |r| <= 0.79
    sin = 1.0 - sin * r * r / (k * (k + 1));
    cos = 1.0 - cos * r * r / (k * (k - 1));
  }
  sin *= r;
  switch (quadrant & 3) {
    case 0:
      return {sin, cos};
    case 1:
      return {cos, -sin};
    case 2:
      return {-sin, -cos};
    default:
      return {-cos, sin};
  }
}

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_NUMBERS_H_
