// tsugi_buffer: memory that a caller fills with a model file. It exists because a caller's own
// memory would have neither the alignment nor the padding that the kernels need.
#include <cstring>
#include <memory>

#include "native/c_api/handles.h"
#include "native/c_api/last_error.h"

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

}  // namespace
}  // namespace tsugi

int32_t tsugi_buffer_reserve(tsugi_buffer** buffer, size_t size_bytes, uint8_t** data) {
  return tsugi::Report(tsugi::Reserve(buffer, size_bytes, data));
}

void tsugi_buffer_destroy(tsugi_buffer* buffer) { delete buffer; }
