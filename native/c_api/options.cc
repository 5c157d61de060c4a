#include "native/c_api/options.h"

#include <cstddef>
#include <cstring>
#include <string>

#include "native/c_api/last_error.h"

namespace tsugi {
namespace {

using Seen = RecommendOptions::Seen;

// The shortest struct there has ever been.
constexpr size_t kFirstSize = offsetof(tsugi_recommend_options, exclude_count) + sizeof(int32_t);

Result<tsugi_recommend_options> Complete(const tsugi_recommend_options* caller) {
  tsugi_recommend_options options;
  tsugi_recommend_options_init(&options);
  if (caller == nullptr) return options;
  if (caller->struct_size < kFirstSize || caller->struct_size > sizeof(options)) {
    return InvalidArgument("options.struct_size: " + std::to_string(caller->struct_size) +
                           ", expected at most " + std::to_string(sizeof(options)) +
                           "; call tsugi_recommend_options_init first, with this library's header");
  }
  std::memcpy(&options, caller, caller->struct_size);
  return options;
}

Result<Seen> ToSeen(int32_t seen) {
  switch (seen) {
    case TSUGI_SEEN_MODEL_DEFAULT:
      return Seen::kModelDefault;
    case TSUGI_SEEN_FILTER:
      return Seen::kFilter;
    case TSUGI_SEEN_KEEP:
      return Seen::kKeep;
    default:
      return InvalidArgument("options.seen: " + std::to_string(seen) +
                             ", expected TSUGI_SEEN_MODEL_DEFAULT (0), _FILTER (1) or _KEEP (2)");
  }
}

}  // namespace

Result<RecommendOptions> ToOptions(const tsugi_recommend_options* caller, uint32_t item_count) {
  TSUGI_ASSIGN_OR_RETURN(const tsugi_recommend_options options, Complete(caller));
  if (options.k < 1) {
    return InvalidArgument("options.k: " + std::to_string(options.k) + ", expected at least 1");
  }
  TSUGI_RETURN_IF_ERROR(
      CheckItems("options.exclude", options.exclude, options.exclude_count, item_count));
  RecommendOptions out;
  out.k = static_cast<uint32_t>(options.k);
  TSUGI_ASSIGN_OR_RETURN(out.seen, ToSeen(options.seen));
  out.exclude = AsIndices(options.exclude, options.exclude_count);
  return out;
}

}  // namespace tsugi

void tsugi_recommend_options_init(tsugi_recommend_options* options) {
  if (options == nullptr) return;
  *options = {};
  options->struct_size = sizeof(*options);
  options->k = 10;
  options->seen = TSUGI_SEEN_MODEL_DEFAULT;
}
