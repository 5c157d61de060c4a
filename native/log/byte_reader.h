#ifndef TSUGI_NATIVE_LOG_BYTE_READER_H_
#define TSUGI_NATIVE_LOG_BYTE_READER_H_

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string_view>

#include "core/base/status.h"

namespace tsugi {

/// Reads the bytes of a plain, gzip or zstd file, unpacked. The form is recognised by content, so
/// the file's name does not matter.
///
/// DuckDB reads compressed files too, but takes one that is cut off for one that ends there, and a
/// model trained on half a log would look like a good one. Hence this pass of our own.
class ByteReader {
 public:
  /// Errors: kNotFound if the file cannot be opened; kInvalidArgument for a directory, and for a
  /// container that holds files (zip, tar, xlsx, 7z) or is packed otherwise (bzip2, xz), by name.
  static Result<ByteReader> Open(const std::filesystem::path& path);
  ~ByteReader();
  ByteReader(ByteReader&&) noexcept;
  ByteReader& operator=(ByteReader&&) noexcept;

  /// Reads up to `size` bytes; 0 at the end.
  /// Errors: kInvalidArgument for packed data that is cut off or damaged; kInternal if the file
  /// cannot be read. The messages end before "Try", so that a caller can add a line number.
  Result<size_t> Read(char* target, size_t size);

 private:
  struct Impl;
  explicit ByteReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Bytes that were read ahead and not yet taken. The memory is not zero-filled: a small file would
/// cost less to read than its buffer to clear.
class UnreadBytes {
 public:
  std::string_view view() const { return {data_.get() + begin_, end_ - begin_}; }
  /// Requires: at most view().size().
  void Take(size_t count) { begin_ += count; }
  /// Reads once, with room for `least` bytes or more behind those that wait. Ends earlier views.
  /// Returns how many came; 0 at the end. Errors: those of ByteReader::Read.
  Result<size_t> Fill(ByteReader& reader, size_t least);

 private:
  std::unique_ptr<char[]> data_;
  size_t capacity_ = 0, begin_ = 0, end_ = 0;
};

/// What a file is that starts with these bytes.
enum class FileKind { kText, kParquet, kOther };
FileKind KindOf(std::string_view first_bytes);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_BYTE_READER_H_
