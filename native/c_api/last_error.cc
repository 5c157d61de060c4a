#include "native/c_api/last_error.h"

#include <algorithm>
#include <cstring>

#include "core/base/concat.h"
#include "native/c_api/tsugi.h"

namespace tsugi {
namespace {

// A plain array: reporting an error must work when memory has run out, and a thread_local with a
// destructor would have to be registered in every thread.
constexpr size_t kMaxMessageBytes = 1023;
thread_local char last_error[kMaxMessageBytes + 1] = "";

bool ContinuesCharacter(char byte) { return (static_cast<uint8_t>(byte) & 0xc0) == 0x80; }

}  // namespace

int32_t Report(const Status& status) {
  if (status.ok()) return TSUGI_OK;
  const std::string_view message = status.message();
  size_t bytes = std::min(message.size(), kMaxMessageBytes);
  // Cuts a long message between characters, not inside one.
  while (bytes < message.size() && bytes > 0 && ContinuesCharacter(message[bytes])) --bytes;
  std::memcpy(last_error, message.data(), bytes);
  last_error[bytes] = '\0';
  return static_cast<int32_t>(status.code());
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

}  // namespace tsugi

const char* tsugi_last_error(void) { return tsugi::last_error; }
