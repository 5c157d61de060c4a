// The functions of tsugi_recommender, and of tsugi_buffer: memory that a caller fills with a model
// file. It exists because a caller's own memory would have neither the alignment nor the padding
// that the kernels need.
#include <cstring>
#include <memory>
#include <string_view>

#include "core/base/text.h"
#include "native/c_api/arguments.h"
#include "native/c_api/handles.h"
#include "native/c_api/parts.h"

namespace tsugi {
namespace {

Status Reserve(tsugi_buffer** buffer, size_t size_bytes, uint8_t** data) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(buffer, "buffer"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(data, "data"));
  const size_t held = *buffer == nullptr ? 0 : (*buffer)->bytes.size();
  if (*buffer == nullptr || size_bytes > held) {
    TSUGI_ASSIGN_OR_RETURN(auto bytes, AlignedBuffer<uint8_t>::Create(size_bytes));
    // Only now, after the allocation has succeeded, does the caller's buffer change.
    if (*buffer == nullptr) {
      *buffer = new tsugi_buffer{std::move(bytes)};
    } else {
      std::memcpy(bytes.data(), (*buffer)->bytes.data(), held);
      (*buffer)->bytes = std::move(bytes);
    }
  }
  *data = (*buffer)->bytes.data();
  return Status();
}

Status CreateRecommender(std::unique_ptr<tsugi_buffer> buffer, size_t size_bytes,
                         tsugi_recommender** out) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(buffer.get(), "buffer"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(out, "recommender"));
  if (size_bytes > buffer->bytes.size()) {
    return OutOfRange(
        Concat("size_bytes: ", size_bytes, ", the buffer holds ", buffer->bytes.size()));
  }
  // A download that reserved more than it received leaves a longer buffer; the reader wants exactly
  // the file, with zeros after it.
  buffer->bytes.Shrink(size_bytes);
  TSUGI_ASSIGN_OR_RETURN(Model model, ReadModel(std::move(buffer->bytes)));
  TSUGI_ASSIGN_OR_RETURN(auto engine, Recommender::Create(model.view()));
  *out = new tsugi_recommender{std::move(model), std::move(engine), {}};
  return Status();
}

Status GetStrings(const tsugi_recommender* recommender, int32_t table, const uint64_t** offsets,
                  const char** text, int32_t* count) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(recommender, "recommender"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(offsets, "offsets"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(text, "text"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(count, "count"));
  const ModelView& view = recommender->model.view();
  // In the order of the enum; the place of kPartStrings stays empty.
  const StringTableView tables[] = {
      view.item_ids(), view.item_titles(), view.attribute_names(), {}, view.action_names()};
  if (table < TSUGI_ITEM_IDS || table > TSUGI_ACTION_NAMES) {
    return InvalidArgument(
        Concat("table: ", table, ", expected TSUGI_ITEM_IDS (0) to TSUGI_ACTION_NAMES (4)"));
  }
  StringTableView strings = tables[table];
  for (const PartStrings& part : kPartStrings) {
    if (part.table != table) continue;
    TSUGI_ASSIGN_OR_RETURN(strings, part.get(*recommender));
  }
  // A view of an empty table may point anywhere; callers get NULL, which they can test.
  const bool is_empty = strings.size() == 0;
  *offsets = is_empty ? nullptr : strings.offsets.data();
  *text = is_empty ? nullptr : strings.text.data();
  *count = static_cast<int32_t>(strings.size());
  return Status();
}

}  // namespace
}  // namespace tsugi

int32_t tsugi_buffer_reserve(tsugi_buffer** buffer, size_t size_bytes, uint8_t** data) {
  return tsugi::Guard(tsugi::kNoHandle, [&] { return tsugi::Reserve(buffer, size_bytes, data); });
}

void tsugi_buffer_destroy(tsugi_buffer* buffer) { delete buffer; }

int32_t tsugi_recommender_create(tsugi_buffer* buffer, size_t size_bytes,
                                 tsugi_recommender** recommender) {
  // Ownership moves here, before any check, so the buffer is released on every path.
  std::unique_ptr<tsugi_buffer> owned(buffer);
  return tsugi::Guard(
      tsugi::kNoHandle,
      [&] { return tsugi::CreateRecommender(std::move(owned), size_bytes, recommender); },
      size_bytes / 2);  // the dense weights are packed into memory of their own
}

void tsugi_recommender_destroy(tsugi_recommender* recommender) { delete recommender; }

int32_t tsugi_recommender_strings(const tsugi_recommender* recommender, int32_t table,
                                  const uint64_t** offsets, const char** text, int32_t* count) {
  return tsugi::Guard(recommender,
                      [&] { return tsugi::GetStrings(recommender, table, offsets, text, count); });
}
