#ifndef TSUGI_CORE_BASE_SORT_ASCENDING_H_
#define TSUGI_CORE_BASE_SORT_ASCENDING_H_

#include <cstdint>
#include <span>

namespace tsugi {

/// Sorts in place in O(n log n). The engine calls this one function everywhere: its code is a tenth
/// of that of std::sort, and browsers download the engine.
void SortAscending(std::span<uint32_t> values);

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_SORT_ASCENDING_H_
