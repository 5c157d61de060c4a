#ifndef TSUGI_NATIVE_C_API_LAST_ERROR_H_
#define TSUGI_NATIVE_C_API_LAST_ERROR_H_

#include <cstdint>
#include <span>
#include <string>

#include "core/base/status.h"

namespace tsugi {

/// Returns the code of a status, 0 if it is ok. Stores the message of a failed one for
/// tsugi_last_error().
int32_t Report(const Status& status);

/// Checks that an argument is not null; `name` goes into the message. Errors: kInvalidArgument.
Status CheckPointer(const void* pointer, const char* name);

/// Checks that `count` is not negative and that `values` is not null unless `count` is 0.
/// Errors: kInvalidArgument.
Status CheckArray(const char* name, const void* values, int32_t count);

/// Checks an array like CheckArray, and that every item is below item_count.
/// Errors: kInvalidArgument; kOutOfRange, naming the first item that is not.
Status CheckItems(const char* name, const int32_t* items, int32_t count, uint32_t item_count);

/// Converts an array that passed CheckItems to the engine's type, without copying.
inline std::span<const uint32_t> AsIndices(const int32_t* items, int32_t count) {
  return {reinterpret_cast<const uint32_t*>(items), static_cast<size_t>(count)};
}

}  // namespace tsugi

#endif  // TSUGI_NATIVE_C_API_LAST_ERROR_H_
