#include "native/cli/text_file.h"

#include <fstream>

namespace tsugi {

Status WriteText(const std::filesystem::path& path, std::string_view text, bool append) {
  std::ofstream file(path, append ? std::ios::app : std::ios::trunc);
  file << text;
  file.flush();
  if (file) return Status();
  return Internal(path.string() + ": could not be written. Try: free disk space or another path");
}

}  // namespace tsugi
