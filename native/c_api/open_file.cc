// tsugi_recommender_open. A file of its own because the WebAssembly build leaves it out: browsers
// have no files.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "core/base/text.h"
#include "native/c_api/arguments.h"
#include "native/c_api/handles.h"

namespace tsugi {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

Status FileError(const char* path, const char* action) {
  if (errno == ENOMEM) return OutOfMemory(Concat(path, ": memory ran out"));
  return NotFound(Concat(path, ": cannot ", action, " (", std::strerror(errno),
                         "). Try: check the path and its permissions"));
}

// The size of a file; -1, with errno set, for anything without a size, e.g. a folder or a pipe.
int64_t FileBytes(std::FILE* file) {
  if (std::fseek(file, 0, SEEK_END) != 0) return -1;
  const int64_t bytes = std::ftell(file);
  return std::fseek(file, 0, SEEK_SET) != 0 ? -1 : bytes;
}

Result<std::unique_ptr<tsugi_buffer>> ReadFile(const char* path) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(path, "path"));
  const File file(std::fopen(path, "rb"));
  if (file == nullptr) return FileError(path, "open");
  const int64_t bytes = FileBytes(file.get());
  // Some systems open folders for reading and report the largest possible size for them.
  if (bytes < 0 || bytes == INT64_MAX) return FileError(path, "be read as a file");
  auto buffer = std::make_unique<tsugi_buffer>();
  TSUGI_ASSIGN_OR_RETURN(buffer->bytes, AlignedBuffer<uint8_t>::Create(static_cast<size_t>(bytes)));
  if (std::fread(buffer->bytes.data(), 1, buffer->bytes.size(), file.get()) !=
      buffer->bytes.size()) {
    return FileError(path, "be read to its end");
  }
  return buffer;
}

Status Open(const char* path, tsugi_recommender** recommender) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(recommender, "recommender"));
  TSUGI_ASSIGN_OR_RETURN(auto buffer, ReadFile(path));
  const size_t bytes = buffer->bytes.size();
  // The C function keeps the text of its error; here it gets the path in front.
  const int32_t code = tsugi_recommender_create(buffer.release(), bytes, recommender);
  if (code == TSUGI_OK) return Status();
  return {static_cast<StatusCode>(code), Concat(path, ": ", tsugi_last_error())};
}

}  // namespace
}  // namespace tsugi

int32_t tsugi_recommender_open(const char* path, tsugi_recommender** recommender) {
  return tsugi::Guard(tsugi::kNoHandle, [&] { return tsugi::Open(path, recommender); });
}
