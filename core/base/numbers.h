#ifndef TSUGI_CORE_BASE_NUMBERS_H_
#define TSUGI_CORE_BASE_NUMBERS_H_

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
Status CheckFinite(std::span<const float> numbers);

/// Sorts in place in O(n log n). The engine calls this one function everywhere: its code is a tenth
/// of that of std::sort, and browsers download the engine.
void SortAscending(std::span<uint32_t> values);

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_NUMBERS_H_
