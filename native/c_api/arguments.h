#ifndef TSUGI_NATIVE_C_API_ARGUMENTS_H_
#define TSUGI_NATIVE_C_API_ARGUMENTS_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <stdexcept>

#include "core/base/status.h"
#include "core/recommender.h"
#include "native/c_api/tsugi.h"

namespace tsugi {

/// Returns the code of a status, 0 if it is ok. Stores the message of a failed one for
/// tsugi_last_error().
int32_t Report(const Status& status);
/// Report(kOutOfMemory), which allocates nothing.
int32_t ReportOutOfMemory();

/// Whether a call may begin. Always, where exceptions are caught. In WebAssembly a failed
/// allocation would end the module for every session, so there the call first asks for more memory
/// than it can need: for a handle (may be null), and for what the caller passes in. Small heaps do
/// not ask.
bool HasRoom(const tsugi_recommender* recommender, size_t passed_bytes);
bool HasRoom(const tsugi_session* session, size_t passed_bytes);
/// Of a call that allocates nothing: it must work, so that memory can be given back.
inline bool HasRoom(std::nullptr_t, size_t) { return true; }
/// Of a call that allocates and has no model yet.
inline constexpr const tsugi_recommender* kNoHandle = nullptr;

/// Makes a call and reports its status. Every function of tsugi.h that has one ends here: an
/// allocation that fails inside, or a size that no allocation could have, throws, and no exception
/// may leave the library. What had changed is undone on the way (core/base/all_or_nothing.h).
template <typename Handle, typename Call>
int32_t Guard(Handle handle, const Call& call, size_t passed_bytes = 0) {
  if (!HasRoom(handle, passed_bytes)) return ReportOutOfMemory();
#ifdef __cpp_exceptions
  try {
    return Report(call());
  } catch (const std::bad_alloc&) {
    return ReportOutOfMemory();
  } catch (const std::length_error&) {
    return ReportOutOfMemory();
  }
#else
  return Report(call());
#endif
}

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

inline constexpr tsugi_recommend_options kRecommendDefaults = [] {
  tsugi_recommend_options options = {};
  options.struct_size = sizeof options;
  options.k = 10;
  return options;
}();
inline constexpr tsugi_continue_options kContinueDefaults = {sizeof(tsugi_continue_options), 5,
                                                             1.0f, 1.0f, 1};

/// Errors: kInvalidArgument if `size` is not from first_size to our_size. A longer struct comes
/// from a newer header: its further fields could ask for something that this library would silently
/// ignore.
Status CheckStructSize(uint32_t size, size_t first_size, size_t our_size);

/// Returns the caller's struct, with defaults for the fields that the caller's header did not have;
/// NULL means all defaults. first_size: of the struct in the first version of the header.
/// Errors: as CheckStructSize.
template <typename Options>
Result<Options> Complete(const Options* caller, Options defaults,
                         size_t first_size = sizeof(Options)) {
  if (caller == nullptr) return defaults;
  TSUGI_RETURN_IF_ERROR(CheckStructSize(caller->struct_size, first_size, sizeof(Options)));
  std::memcpy(&defaults, caller, caller->struct_size);
  return defaults;
}

/// Checks the caller's options and converts them for the engine. Borrows the caller's arrays.
/// Errors: kInvalidArgument for a wrong struct_size, k, seen, cap, ranking or count; kOutOfRange
/// for an item.
Result<RecommendOptions> ToOptions(const tsugi_recommend_options* options, uint32_t item_count);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_C_API_ARGUMENTS_H_
