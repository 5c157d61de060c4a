#ifndef TSUGI_NATIVE_C_API_LAST_ERROR_H_
#define TSUGI_NATIVE_C_API_LAST_ERROR_H_

#include <cstdint>
#include <span>
#include <string>

#include "core/base/status.h"

namespace tsugi {

/// Keeps the message of a failed status for tsugi_last_error() and returns its code; 0 when ok.
int32_t Report(const Status& status);

/// kInvalidArgument naming the argument, if `pointer` is null.
Status CheckPointer(const void* pointer, const char* name);

/// kInvalidArgument for a negative count or a null array of more than 0.
Status CheckArray(const char* name, const void* values, int32_t count);

/// kOutOfRange naming the first item that is not in 0 .. item_count - 1; kInvalidArgument for a
/// negative count or a null array of more than 0.
Status CheckItems(const char* name, const int32_t* items, int32_t count, uint32_t item_count);

/// The same numbers as the engine takes them. Requires: CheckItems passed.
inline std::span<const uint32_t> AsIndices(const int32_t* items, int32_t count) {
  return {reinterpret_cast<const uint32_t*>(items), static_cast<size_t>(count)};
}

}  // namespace tsugi

#endif  // TSUGI_NATIVE_C_API_LAST_ERROR_H_
