#include "native/report/text_file.h"

#include <fstream>
#include <sstream>
#include <system_error>

namespace tsugi {

Status WriteText(const std::filesystem::path& path, std::string_view text, bool append) {
  std::error_code error;
  // A device or a pipe can not be replaced.
  const bool is_replaced = !append && (!std::filesystem::exists(path, error) ||
                                       std::filesystem::is_regular_file(path, error));
  std::filesystem::path written = path;
  if (is_replaced) written += ".tmp";
  std::ofstream file(written, append ? std::ios::app : std::ios::trunc);
  file << text;
  file.close();
  error.clear();
  if (file && is_replaced) std::filesystem::rename(written, path, error);
  if (file && !error) return Status();
  return Internal(path.string() + ": could not be written. Try: free disk space or another path");
}

std::string ReadFileText(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Result<std::string> ReadTextFile(const std::filesystem::path& path) {
  if (std::filesystem::exists(path)) return ReadFileText(path);
  return NotFound(path.string() + ": can not be read. Try: check the path");
}

}  // namespace tsugi
