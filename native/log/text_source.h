#ifndef TSUGI_NATIVE_LOG_TEXT_SOURCE_H_
#define TSUGI_NATIVE_LOG_TEXT_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/status.h"

namespace tsugi {

/// Reads a plain or gzip text file line by line. Gzip is recognised by content, so the name of the
/// file does not matter. A byte order mark is skipped; "\n" and "\r\n" end a line. Memory is
/// bounded by the longest line.
///
/// Messages name the file and, for damaged gzip data, how much of it could be read.
class TextSource {
 public:
  static constexpr size_t kMaxLineBytes = size_t{16} << 20;

  /// Opens the file and reads its start.
  /// Errors: kNotFound if it cannot be opened; otherwise as NextLine.
  static Result<TextSource> Open(const std::filesystem::path& path);
  ~TextSource();
  TextSource(TextSource&&) noexcept;
  TextSource& operator=(TextSource&&) noexcept;

  /// Sets `line` to the next line, without the line end, and returns true; returns false at the end
  /// of the file. The view is valid until the next call.
  /// Errors: kInvalidArgument for gzip data that is cut off or damaged, for binary data (NUL bytes
  /// at the start) and for lines longer than kMaxLineBytes; kInternal if reading fails.
  Result<bool> NextLine(std::string_view& line);

  uint64_t line_number() const;     ///< number of the last line, counted from 1
  const std::string& name() const;  ///< the path as given

 private:
  struct Impl;
  explicit TextSource(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_TEXT_SOURCE_H_
