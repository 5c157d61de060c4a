#include "core/base/numbers.h"

#include <algorithm>
#include <cmath>

namespace tsugi {

Status CheckFinite(std::span<const float> numbers) {
  const bool are_finite = std::all_of(numbers.begin(), numbers.end(),
                                      [](float number) { return std::isfinite(number); });
  if (are_finite) return Status();
  return Internal("the model's output is not finite; get the file or train it again");
}

void SortAscending(std::span<uint32_t> values) {
  // Heap sort rather than std::sort: also n log n in the worst case, and one short loop instead of
  // introsort's three algorithms.
  std::make_heap(values.begin(), values.end());
  std::sort_heap(values.begin(), values.end());
}

}  // namespace tsugi
