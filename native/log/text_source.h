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

/// Reads a text file line by line in constant memory: plain or gzip, told apart by content, so that
/// the name does not matter. A byte order mark is skipped; "\n" and "\r\n" end a line.
///
/// Errors name the file, and for damaged gzip data how much of it could be read.
class TextSource {
 public:
  static constexpr size_t kMaxLineBytes = size_t{16} << 20;

  /// Errors: kNotFound if the file can not be opened.
  static Result<TextSource> Open(const std::filesystem::path& path);
  ~TextSource();
  TextSource(TextSource&&) noexcept;
  TextSource& operator=(TextSource&&) noexcept;

  /// Sets `line` to the next line without its end and returns true, or returns false at the end of
  /// the file. The view is valid until the next call.
  /// Errors: kInvalidArgument for a gzip file that breaks off or is damaged, for binary data (NUL
  /// bytes at the start), for a line above kMaxLineBytes; kInternal if the system can not read.
  Result<bool> NextLine(std::string_view& line);

  uint64_t line_number() const;     ///< of the last line, from 1
  const std::string& name() const;  ///< the path as given

 private:
  struct Impl;
  explicit TextSource(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_TEXT_SOURCE_H_
