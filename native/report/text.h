#ifndef TSUGI_NATIVE_REPORT_TEXT_H_
#define TSUGI_NATIVE_REPORT_TEXT_H_

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"

namespace tsugi {

/// Writes rows of cells as lines of text. A column is as wide as its longest cell, and two blanks
/// separate columns. The first column is aligned left, the others right.
/// Requires: at least one row; no row has more cells than the first.
std::string AlignText(const std::vector<std::vector<std::string>>& rows);

/// Writes a number with `digits` decimals.
std::string FixedText(double value, int digits);

/// Replaces a file by WriteWholeFile.
Status WriteText(const std::filesystem::path& path, std::string_view text);

/// The whole file; empty if it can not be read.
std::string ReadFileText(const std::filesystem::path& path);

/// The whole of a text that a person writes, at most 1 MiB; empty for an empty path. Errors:
/// kNotFound if it can not be read, is a folder or is larger.
Result<std::string> ReadSmallText(const std::filesystem::path& path);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_REPORT_TEXT_H_
