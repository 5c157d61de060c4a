#include "core/base/sort_ascending.h"

#include <algorithm>

namespace tsugi {

void SortAscending(std::span<uint32_t> values) {
  // Heap sort rather than std::sort: also n log n in the worst case, and one short loop instead of
  // introsort's three algorithms.
  std::make_heap(values.begin(), values.end());
  std::sort_heap(values.begin(), values.end());
}

}  // namespace tsugi
