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

}  // namespace tsugi
