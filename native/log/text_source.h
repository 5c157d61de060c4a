#ifndef TSUGI_NATIVE_LOG_TEXT_SOURCE_H_
#define TSUGI_NATIVE_LOG_TEXT_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/status.h"
#include "native/log/byte_reader.h"

namespace tsugi {

/// Reads a text file line by line; gzip and zstd are unpacked (ByteReader). A byte order mark is
/// skipped. "\n" and "\r\n" end a line; in a file whose start holds no "\n", "\r" does. Memory is
/// bounded by the longest line.
class TextSource {
 public:
  static constexpr size_t kMaxLineBytes = size_t{16} << 20;

  /// Opens the file and reads its start.
  /// Errors: those of ByteReader; otherwise as NextLine.
  static Result<TextSource> Open(const std::filesystem::path& path);

  /// Sets `line` to the next line, without the line end, and returns true; returns false at the end
  /// of the file. The view is valid until the next call. A line may hold any bytes, NUL too.
  /// Errors: those of ByteReader::Read, with the line; kInvalidArgument for a line longer than
  /// kMaxLineBytes, and if the first line holds NUL bytes, as other encodings and binary files do.
  Result<bool> NextLine(std::string_view& line);

  uint64_t line_number() const { return line_number_; }  ///< of the last line, counted from 1
  const std::string& name() const { return name_; }      ///< the path as given

 private:
  TextSource(ByteReader reader, std::string name)
      : reader_(std::move(reader)), name_(std::move(name)) {}
  Status Start();
  void Refill();
  Status Failure() const;

  ByteReader reader_;
  std::string name_;
  uint64_t line_number_ = 0;
  char line_end_ = '\n';
  bool at_end_ = false;
  Status failure_;    // what ended the reading early; comes after the lines before it
  UnreadBytes text_;  // waits to become lines
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_TEXT_SOURCE_H_
