#ifndef TSUGI_NATIVE_REPORT_TEXT_FILE_H_
#define TSUGI_NATIVE_REPORT_TEXT_FILE_H_

#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/status.h"

namespace tsugi {

/// Replaces a file by WriteWholeFile, or appends to it. Errors: with the remedy.
Status WriteText(const std::filesystem::path& path, std::string_view text, bool append = false);

/// The whole file; empty if it can not be read.
std::string ReadFileText(const std::filesystem::path& path);

/// The whole of a text that a person writes, at most 1 MiB; empty for an empty path. Errors:
/// kNotFound if it can not be read, is a folder or is larger.
Result<std::string> ReadSmallText(const std::filesystem::path& path);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_REPORT_TEXT_FILE_H_
