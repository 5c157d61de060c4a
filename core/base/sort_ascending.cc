#include "core/base/sort_ascending.h"

#include <algorithm>

namespace tsugi {

void SortAscending(std::span<uint32_t> values) {
  std::make_heap(values.begin(), values.end());
  std::sort_heap(values.begin(), values.end());
}

}  // namespace tsugi
