#ifndef TSUGI_NATIVE_REPORT_TEXT_FILE_H_
#define TSUGI_NATIVE_REPORT_TEXT_FILE_H_

#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/status.h"

namespace tsugi {

/// Writes or appends a whole file. Errors: kInternal with the remedy.
Status WriteText(const std::filesystem::path& path, std::string_view text, bool append = false);

/// The whole file; empty if it can not be read.
std::string ReadFileText(const std::filesystem::path& path);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_REPORT_TEXT_FILE_H_
