#ifndef TSUGI_NATIVE_DATASET_MAPPED_FILE_H_
#define TSUGI_NATIVE_DATASET_MAPPED_FILE_H_

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "core/base/status.h"

namespace tsugi {

/// A whole file, mapped read-only into memory. An empty file has no bytes. Movable, not copyable.
class MappedFile {
 public:
  /// Errors: kNotFound if the file cannot be opened; kInternal if it cannot be mapped.
  static Result<MappedFile> Open(const std::filesystem::path& path);

  MappedFile() = default;
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  size_t bytes() const { return bytes_; }
  std::string_view text() const { return {static_cast<const char*>(data_), bytes_}; }
  /// Requires: bytes() is a multiple of sizeof(T).
  template <typename T>
  std::span<const T> as() const {
    return {static_cast<const T*>(data_), bytes_ / sizeof(T)};
  }

 private:
  void* data_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_MAPPED_FILE_H_
