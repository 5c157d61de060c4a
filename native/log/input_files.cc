#include "native/log/input_files.h"

#include <glob.h>

#include <algorithm>
#include <fstream>
#include <system_error>

namespace tsugi {
namespace {

// A file that exists is taken as it is named: `log[1].csv` is a file first and a pattern second. A
// name without a pattern passes too, since opening it gives the better message.
Status Expand(const std::string& name, std::vector<std::filesystem::path>& files) {
  std::error_code error;
  if (std::filesystem::exists(name, error) || name.find_first_of("*?[") == std::string::npos) {
    files.push_back(name);
    return {};
  }
  glob_t found{};
  const int code = glob(name.c_str(), GLOB_BRACE | GLOB_TILDE, nullptr, &found);
  for (size_t i = 0; i < found.gl_pathc; ++i) files.push_back(found.gl_pathv[i]);
  globfree(&found);
  if (code == 0) return {};
  return NotFound(name + ": no file matches the pattern. Try: check the folder and the pattern");
}

// A log is read more than once: for its columns, for the form of its dates and for its rows. A pipe
// gives its bytes once.
Result<std::filesystem::path> CopyPipe(const std::filesystem::path& pipe,
                                       const std::filesystem::path& folder, size_t number) {
  const std::filesystem::path copy =
      folder / (std::to_string(number) + "-" + pipe.filename().string());
  std::ifstream in(pipe, std::ios::binary);
  std::ofstream out(copy, std::ios::binary);
  // Writing an empty buffer would set failbit on `out`, as if the disk were full.
  if (in.peek() != std::ifstream::traits_type::eof()) out << in.rdbuf();
  out.close();
  if (in.good() || in.eof()) {
    if (out.good()) return copy;
  }
  return Internal(pipe.string() + ": cannot be copied to " + copy.string() +
                  ". Try: free disk space, or give a file");
}

// Sizes come first, so bytes are compared only between files that are likely to be copies. Empty
// files are alike without being a mistake.
bool HoldSameBytes(const std::filesystem::path& a, const std::filesystem::path& b) {
  std::error_code error;
  const auto size = std::filesystem::file_size(a, error);
  if (error || size == 0 || size != std::filesystem::file_size(b, error) || error) return false;
  std::ifstream one(a, std::ios::binary), two(b, std::ios::binary);
  return std::equal(std::istreambuf_iterator<char>(one), std::istreambuf_iterator<char>(),
                    std::istreambuf_iterator<char>(two));
}

}  // namespace

bool IsPipe(const std::filesystem::path& path) {
  std::error_code error;
  const auto kind = std::filesystem::status(path, error).type();
  return kind == std::filesystem::file_type::fifo || kind == std::filesystem::file_type::socket ||
         kind == std::filesystem::file_type::character;
}

Result<std::vector<std::filesystem::path>> FindInputFiles(const std::vector<std::string>& names,
                                                          const std::filesystem::path& temp_folder,
                                                          std::vector<std::string>& notes) {
  std::vector<std::filesystem::path> files;
  for (const std::string& name : names) TSUGI_RETURN_IF_ERROR(Expand(name, files));
  for (size_t i = 0; i < files.size(); ++i) {
    if (IsPipe(files[i])) {
      TSUGI_ASSIGN_OR_RETURN(files[i], CopyPipe(files[i], temp_folder, i));
    }
    for (size_t j = 0; j < i; ++j) {
      std::error_code error;
      // The same file twice, by whatever links, would count every event twice, so it is an error.
      // Equal bytes in two files may be meant and are noted only.
      if (std::filesystem::equivalent(files[i], files[j], error)) {
        return InvalidArgument(files[i].string() + ": is given twice" +
                               (files[i] == files[j] ? "" : ", also as " + files[j].string()) +
                               ". Try: name it once");
      }
      if (HoldSameBytes(files[i], files[j])) {
        notes.push_back(files[i].string() + ": holds the same bytes as " + files[j].string());
      }
    }
  }
  return files;
}

}  // namespace tsugi
