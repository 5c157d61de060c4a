#include "native/c_api/options.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>

#include "core/base/concat.h"
#include "native/c_api/last_error.h"
#include "native/c_api/parts.h"

namespace tsugi {
namespace {

using Seen = RecommendOptions::Seen;

// The size of tsugi_recommend_options in the first version of the header. Apps compiled against any
// later version pass at least this much.
constexpr size_t kFirstSize = offsetof(tsugi_recommend_options, exclude_count) + sizeof(int32_t);

// A switch and not a cast: the numbers of the C header are frozen, those of the engine are not.
Result<Seen> ToSeen(int32_t seen) {
  switch (seen) {
    case TSUGI_SEEN_MODEL_DEFAULT:
      return Seen::kModelDefault;
    case TSUGI_SEEN_FILTER:
      return Seen::kFilter;
    case TSUGI_SEEN_KEEP:
      return Seen::kKeep;
    default:
      return InvalidArgument(
          Concat("options.seen: ", seen,
                 ", expected TSUGI_SEEN_MODEL_DEFAULT (0), _FILTER (1) or _KEEP (2)"));
  }
}

}  // namespace

Result<RecommendOptions> ToOptions(const tsugi_recommend_options* caller, uint32_t item_count) {
  TSUGI_ASSIGN_OR_RETURN(const auto options, Complete(caller, kRecommendDefaults, kFirstSize));
  if (options.k < 1) {
    return InvalidArgument(Concat("options.k: ", options.k, ", expected at least 1"));
  }
  TSUGI_RETURN_IF_ERROR(
      CheckItems("options.exclude", options.exclude, options.exclude_count, item_count));
  RecommendOptions out;
  out.k = static_cast<uint32_t>(options.k);
  TSUGI_ASSIGN_OR_RETURN(out.seen, ToSeen(options.seen));
  out.exclude = AsIndices(options.exclude, options.exclude_count);
  if (options.allow != nullptr) {
    TSUGI_RETURN_IF_ERROR(
        CheckItems("options.allow", options.allow, options.allow_count, item_count));
    out.allow = AsIndices(options.allow, options.allow_count);
  }
  TSUGI_RETURN_IF_ERROR(
      CheckArray("options.predicate", options.predicate, options.predicate_count));
  TSUGI_RETURN_IF_ERROR(
      CheckArray("options.cap_attributes", options.cap_attributes, options.cap_attribute_count));
  if (options.cap < 0) {
    return InvalidArgument(Concat("options.cap: ", options.cap, ", expected 0 or more"));
  }
  // The engine checks attribute indices and the range of diversity: it has to, for its other
  // callers.
  out.predicate = {options.predicate, static_cast<size_t>(options.predicate_count)};
  out.cap_attributes = AsIndices(options.cap_attributes, options.cap_attribute_count);
  out.cap = static_cast<uint32_t>(options.cap);
  out.diversity = options.diversity;
  if (options.ranking < TSUGI_RANK_ITEM_TABLE || options.ranking > TSUGI_RANK_FUSED) {
    return InvalidArgument(Concat("options.ranking: ", options.ranking,
                                  ", expected TSUGI_RANK_ITEM_TABLE (0) to _FUSED (3)"));
  }
  TSUGI_RETURN_IF_ERROR(CheckArray("options.query", options.query, options.query_bytes));
  out.ranking = static_cast<RecommendOptions::Ranking>(options.ranking);
  // A negative beam becomes a number above the engine's limit, which refuses it.
  out.beam = static_cast<uint32_t>(options.beam);
  out.query = {options.query, static_cast<size_t>(options.query_bytes)};
  return out;
}

Status CheckStructSize(uint32_t size, size_t first_size, size_t our_size) {
  if (size >= first_size && size <= our_size) return Status();
  return InvalidArgument(Concat("options.struct_size: ", size, ", expected at most ", our_size,
                                "; call tsugi_options_init first, with this library's header"));
}

}  // namespace tsugi

void tsugi_options_init(int32_t kind, void* options) {
  if (options == nullptr) return;
  const auto set = [&](const auto& defaults) { std::memcpy(options, &defaults, sizeof defaults); };
  if (kind == TSUGI_RECOMMEND) set(tsugi::kRecommendDefaults);
  if (kind == TSUGI_CONTINUE) set(tsugi::kContinueDefaults);
  for (const tsugi::PartOptions& part : tsugi::kPartOptions) {
    if (kind == part.kind) std::memcpy(options, part.defaults, part.size_bytes);
  }
}
