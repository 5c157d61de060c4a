#ifndef TSUGI_NATIVE_FILES_WHOLE_FILE_H_
#define TSUGI_NATIVE_FILES_WHOLE_FILE_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>

#include "core/base/aligned_buffer.h"
#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/base/status.h"

namespace tsugi {

/// Replaces the file at `path`, or that a link there names, by the bytes that `write` appends, all
/// or nothing.
///
/// They go to `<path>.tmp-<process id>`, are synced to disk and read back: `check` gets the path of
/// that file. Then the file is renamed and its folder synced. On any error `path` is as it was and
/// nothing else is left. What an earlier process left when it was killed is removed first.
/// Errors: those of `write` and `check`; kNotFound, kOutOfRange (no space), kInvalidArgument, each
///         with the path and a remedy.
Status WriteWholeFile(const std::filesystem::path& path,
                      const std::function<Status(ByteSink&)>& write,
                      const std::function<Status(const std::filesystem::path&)>& check = {});

/// The same for bytes in memory, with which the file is compared. A device or a pipe, which cannot
/// be replaced, simply takes them.
Status WriteWholeFile(const std::filesystem::path& path, std::span<const uint8_t> bytes);

/// The bytes of a file. `what` names the expected content in messages, e.g. "a tsugi model".
/// Errors: kNotFound; kInvalidArgument for a folder or device; kOutOfMemory above `limit` bytes;
///         kCorruptModel if it shrinks while it is read.
Result<AlignedBuffer<uint8_t>> ReadWholeFile(const std::filesystem::path& path, uint64_t limit,
                                             const char* what);

/// Hands bytes on and ends them with their hash, for ReadHashedFile.
class HashedSink : public ByteSink {
 public:
  explicit HashedSink(ByteSink& sink) : sink_(sink) {}
  Status Append(std::span<const uint8_t> bytes) override;
  /// Appends FNV-1a of all bytes, 8 of them. Nothing may follow.
  Status Finish();

 private:
  ByteSink& sink_;
  uint64_t hash_ = kFnvBasis;
};

/// The bytes before the hash at the end of a file: nothing but what was written. This finds damage;
/// whoever forges a file can forge the hash.
/// Errors: kCorruptModel, with `remedy`, if the hash does not fit; those of ReadWholeFile.
Result<AlignedBuffer<uint8_t>> ReadHashedFile(const std::filesystem::path& path, const char* what,
                                              const char* remedy);

/// Makes what was renamed in a folder last through a power cut, where the file system can.
void SyncFolder(const std::filesystem::path& folder);

/// Removes the files `<path>.tmp-<process id>` of processes that are dead.
void SweepLeftovers(const std::filesystem::path& path);

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

#endif  // TSUGI_NATIVE_FILES_WHOLE_FILE_H_
