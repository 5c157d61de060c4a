#ifndef TSUGI_CORE_BASE_SORT_ASCENDING_H_
#define TSUGI_CORE_BASE_SORT_ASCENDING_H_

#include <cstdint>
#include <span>

namespace tsugi {

/// Sorts in place, in n log n. One function for all lists of the engine and a tenth of std::sort's
/// code, which counts where a module is downloaded.
void SortAscending(std::span<uint32_t> values);

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_SORT_ASCENDING_H_
