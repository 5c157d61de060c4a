#ifndef TSUGI_NATIVE_C_API_OPTIONS_H_
#define TSUGI_NATIVE_C_API_OPTIONS_H_

#include <cstdint>

#include "core/base/status.h"
#include "core/parts/imagine/concept.h"
#include "core/recommender.h"
#include "native/c_api/tsugi.h"

namespace tsugi {

/// Checks the caller's options and converts them for the engine. NULL means all defaults. A struct
/// from an older header is shorter; the fields that it lacks get their defaults. Borrows the
/// caller's arrays.
/// Errors: kInvalidArgument for a wrong struct_size, k, seen, cap, ranking or count; kOutOfRange
/// for an item.
Result<RecommendOptions> ToOptions(const tsugi_recommend_options* options, uint32_t item_count);

/// Does the same for tsugi_session_continue. Errors: kInvalidArgument for a wrong struct_size or n.
Result<tsugi_continue_options> CompleteContinue(const tsugi_continue_options* options);

/// Does the same for tsugi_session_imagine. Errors: kInvalidArgument for a wrong struct_size,
/// rating or count.
Result<ImagineOptions> ToImagineOptions(const tsugi_imagine_options* options);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_C_API_OPTIONS_H_
