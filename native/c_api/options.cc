#include "native/c_api/options.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>

#include "core/base/concat.h"
#include "native/c_api/last_error.h"

namespace tsugi {
namespace {

using Seen = RecommendOptions::Seen;

// The size of tsugi_recommend_options in the first version of the header. Apps compiled against any
// later version pass at least this much.
constexpr size_t kFirstSize = offsetof(tsugi_recommend_options, exclude_count) + sizeof(int32_t);

void Initialize(tsugi_recommend_options& options) {
  options = {};
  options.k = 10;
  options.seen = TSUGI_SEEN_MODEL_DEFAULT;
}
void Initialize(tsugi_continue_options& options) { options = {0, 5, 1.0f, 1.0f, 1}; }
void Initialize(tsugi_imagine_options& options) {
  options = {0, 4, TSUGI_LIKE, 20, 3.0f, 1, 3, nullptr, 0};
}

template <typename Options>
void InitializeAt(void* memory) {
  auto& options = *static_cast<Options*>(memory);
  Initialize(options);
  options.struct_size = sizeof(options);
}

// Returns the caller's struct, with defaults for the fields that the caller's header did not have.
// A struct that is longer than ours comes from a newer header: its further fields could ask for
// something that this library would silently ignore, so it is refused.
template <typename Options>
Result<Options> Complete(const Options* caller, size_t first_size) {
  Options options;
  InitializeAt<Options>(&options);
  if (caller == nullptr) return options;
  if (caller->struct_size < first_size || caller->struct_size > sizeof(options)) {
    return InvalidArgument(Concat("options.struct_size: ", caller->struct_size,
                                  ", expected at most ", sizeof(options),
                                  "; call tsugi_options_init first, with this library's header"));
  }
  std::memcpy(&options, caller, caller->struct_size);
  return options;
}

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
  TSUGI_ASSIGN_OR_RETURN(const tsugi_recommend_options options, Complete(caller, kFirstSize));
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

Result<tsugi_continue_options> CompleteContinue(const tsugi_continue_options* caller) {
  TSUGI_ASSIGN_OR_RETURN(const tsugi_continue_options options,
                         Complete(caller, sizeof(tsugi_continue_options)));
  if (options.n >= 1) return options;
  return InvalidArgument(Concat("options.n: ", options.n, ", expected at least 1"));
}

Result<ImagineOptions> ToImagineOptions(const tsugi_imagine_options* caller) {
  TSUGI_ASSIGN_OR_RETURN(const tsugi_imagine_options options,
                         Complete(caller, sizeof(tsugi_imagine_options)));
  if (options.rating < TSUGI_DISLIKE || options.rating > TSUGI_NO_RATING) {
    return InvalidArgument(
        Concat("options.rating: ", options.rating,
               ", expected TSUGI_DISLIKE (0), TSUGI_LIKE (1) or TSUGI_NO_RATING (2)"));
  }
  TSUGI_RETURN_IF_ERROR(CheckArray("options.avoid", options.avoid, options.avoid_count));
  // The engine checks the ranges of the others. A negative number becomes a large unsigned one,
  // which is above every limit.
  ImagineOptions out;
  out.n = static_cast<uint32_t>(options.n);
  out.sample = {.rating = static_cast<Rating>(options.rating),
                .steps = static_cast<uint32_t>(options.steps),
                .guidance = options.guidance,
                .seed = options.seed};
  out.nearest = static_cast<uint32_t>(std::clamp(options.nearest, 0, 1000));
  out.avoid = AsIndices(options.avoid, options.avoid_count);
  return out;
}

}  // namespace tsugi

void tsugi_options_init(int32_t kind, void* options) {
  if (options == nullptr) return;
  if (kind == TSUGI_RECOMMEND) tsugi::InitializeAt<tsugi_recommend_options>(options);
  if (kind == TSUGI_CONTINUE) tsugi::InitializeAt<tsugi_continue_options>(options);
  if (kind == TSUGI_IMAGINE) tsugi::InitializeAt<tsugi_imagine_options>(options);
}
