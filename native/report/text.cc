#include "native/report/text.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <system_error>

#include "native/files/whole_file.h"

namespace tsugi {

// Widths are bytes, not glyphs: titles with other letters than ASCII may stand a little off. The
// first column is text and aligned to the left, the others are numbers and aligned to the right.
std::string AlignText(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  std::string text;
  for (const auto& row : rows) {
    for (size_t c = 0; c < row.size(); ++c) {
      const std::string space(widths[c] - row[c].size(), ' ');
      text += c == 0 ? row[c] + space : "  " + space + row[c];
    }
    text.erase(text.find_last_not_of(' ') + 1);  // no blanks at the end of a line
    text += '\n';
  }
  return text;
}

// snprintf and not a stream: the result does not depend on a locale that somebody has imbued.
std::string FixedText(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

Status WriteText(const std::filesystem::path& path, std::string_view text) {
  return WriteWholeFile(path, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

std::string ReadFileText(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// One byte more than is allowed is read: a file that fills it is too large, and one that grows
// while it is read can not exhaust the memory.
Result<std::string> ReadSmallText(const std::filesystem::path& path) {
  constexpr size_t kMostBytes = 1 << 20;
  if (path.empty()) return std::string();
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return NotFound(path.string() + ": is a folder (expected a text file). Try: a file in it");
  }
  std::ifstream file(path);
  std::string text(kMostBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (!file.is_open() || file.bad()) {
    return NotFound(path.string() +
                    ": can not be read (expected a text file). Try: check the path");
  }
  if (text.size() <= kMostBytes) return text;
  return NotFound(path.string() +
                  ": is larger than 1 MiB (expected a text file). Try: check the path");
}

}  // namespace tsugi
