#include "native/report/text_file.h"

#include <fstream>
#include <sstream>

namespace tsugi {

Status WriteText(const std::filesystem::path& path, std::string_view text, bool append) {
  std::ofstream file(path, append ? std::ios::app : std::ios::trunc);
  file << text;
  file.flush();
  if (file) return Status();
  return Internal(path.string() + ": could not be written. Try: free disk space or another path");
}

std::string ReadFileText(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace tsugi
