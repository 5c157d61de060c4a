#ifndef TSUGI_NATIVE_REPORT_TEXT_FILE_H_
#define TSUGI_NATIVE_REPORT_TEXT_FILE_H_

#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/status.h"

namespace tsugi {

/// Writes a whole file: aside, then renamed over `path`, which so holds the old text or the new. Or
/// appends to it. Errors: kInternal with the remedy.
Status WriteText(const std::filesystem::path& path, std::string_view text, bool append = false);

/// The whole file; empty if it can not be read.
std::string ReadFileText(const std::filesystem::path& path);

/// The same of a file that has to be there. Errors: kNotFound.
Result<std::string> ReadTextFile(const std::filesystem::path& path);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_REPORT_TEXT_FILE_H_
