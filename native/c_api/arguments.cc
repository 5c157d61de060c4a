#include "native/c_api/arguments.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "core/base/text.h"
#include "native/c_api/handles.h"
#include "native/c_api/parts.h"
#include "native/c_api/tsugi.h"

namespace tsugi {
namespace {

// A plain array: reporting an error must work when memory has run out, and a thread_local with a
// destructor would have to be registered in every thread.
constexpr size_t kMaxMessageBytes = 1023;
thread_local char last_error[kMaxMessageBytes + 1] = "";

bool ContinuesCharacter(char byte) { return (static_cast<uint8_t>(byte) & 0xc0) == 0x80; }

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

namespace {

int32_t Store(StatusCode code, std::string_view message) {
  size_t bytes = std::min(message.size(), kMaxMessageBytes);
  // Cuts a long message between characters, not inside one.
  while (bytes < message.size() && bytes > 0 && ContinuesCharacter(message[bytes])) --bytes;
  std::memcpy(last_error, message.data(), bytes);
  last_error[bytes] = '\0';
  return static_cast<int32_t>(code);
}

}  // namespace

int32_t Report(const Status& status) {
  return status.ok() ? TSUGI_OK : Store(status.code(), status.message());
}

#ifndef __EMSCRIPTEN__
bool HasRoom(const tsugi_recommender*, size_t) { return true; }
bool HasRoom(const tsugi_session*, size_t) { return true; }
#else
namespace {

// Below this size a heap can grow on every device, and asking would make it grow for nothing.
constexpr size_t kSmallHeapBytes = size_t{64} << 20;
constexpr size_t kPageBytes = 65536;

}  // namespace

// What a call allocates at most: texts and beams; the state of a session, which a language part
// has too; scores, lists, indices and texts of all items; the rows of added items, which double;
// and copies of what is passed in.
bool HasRoom(const tsugi_recommender* recommender, size_t passed_bytes) {
  if (__builtin_wasm_memory_size(0) * kPageBytes < kSmallHeapBytes) return true;
  size_t bytes = (size_t{2} << 20) + 4 * passed_bytes;
  if (recommender != nullptr) {
    const ModelSpec& spec = recommender->model.view().spec;
    bytes += size_t{32} * spec.encoder.window * spec.state_layer_count() * spec.encoder.width;
    bytes += size_t{200} * recommender->item_count();
    bytes += size_t{12} * spec.row_width() * recommender->engine->added_items().count();
  }
  void* volatile room = std::malloc(bytes);  // volatile: else the pair may be left out
  std::free(room);
  return room != nullptr;
}

bool HasRoom(const tsugi_session* session, size_t passed_bytes) {
  return HasRoom(session == nullptr ? nullptr : session->recommender, passed_bytes);
}
#endif

int32_t ReportOutOfMemory() {
  return Store(
      StatusCode::kOutOfMemory,
      "memory ran out; the call changed nothing. Try: end sessions that are not needed, or a "
      "smaller model");
}

Status CheckPointer(const void* pointer, const char* name) {
  if (pointer != nullptr) return Status();
  return InvalidArgument(Concat(name, ": NULL, expected a pointer"));
}

Status CheckArray(const char* name, const void* values, int32_t count) {
  if (count < 0) {
    return InvalidArgument(Concat(name, "_count: ", count, ", expected 0 or more"));
  }
  return count > 0 ? CheckPointer(values, name) : Status();
}

Status CheckItems(const char* name, const int32_t* items, int32_t count, uint32_t item_count) {
  TSUGI_RETURN_IF_ERROR(CheckArray(name, items, count));
  for (int32_t i = 0; i < count; ++i) {
    // A negative number becomes a large unsigned one, so one comparison checks both ends.
    if (static_cast<uint32_t>(items[i]) < item_count) continue;
    return OutOfRange(Concat(name, "[", i, "]: item ", items[i], ", expected 0 .. ", item_count - 1,
                             ", the model's items"));
  }
  return Status();
}

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
  if (options.ranking < TSUGI_RANK_ITEM_TABLE || options.ranking > TSUGI_RANK_WORDS) {
    return InvalidArgument(Concat("options.ranking: ", options.ranking,
                                  ", expected TSUGI_RANK_ITEM_TABLE (0) to _WORDS (4)"));
  }
  TSUGI_RETURN_IF_ERROR(CheckArray("options.query", options.query, options.query_bytes));
  out.ranking = static_cast<RecommendOptions::Ranking>(options.ranking);
  // A negative beam becomes a number above the engine's limit, which refuses it.
  out.beam = static_cast<uint32_t>(options.beam);
  out.query = {options.query, static_cast<size_t>(options.query_bytes)};
  out.popularity = options.popularity;
  return out;
}

Status CheckStructSize(uint32_t size, size_t first_size, size_t our_size) {
  if (size >= first_size && size <= our_size) return Status();
  return InvalidArgument(Concat("options.struct_size: ", size, ", expected at most ", our_size,
                                "; call tsugi_options_init first, with this library's header"));
}

}  // namespace tsugi

const char* tsugi_last_error(void) { return tsugi::last_error; }

void tsugi_options_init(int32_t kind, void* options) {
  if (options == nullptr) return;
  const auto set = [&](const auto& defaults) { std::memcpy(options, &defaults, sizeof defaults); };
  if (kind == TSUGI_RECOMMEND) set(tsugi::kRecommendDefaults);
  if (kind == TSUGI_CONTINUE) set(tsugi::kContinueDefaults);
  for (const tsugi::PartOptions& part : tsugi::kPartOptions) {
    if (kind == part.kind) std::memcpy(options, part.defaults, part.size_bytes);
  }
}
