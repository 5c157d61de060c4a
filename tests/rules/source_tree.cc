#include "tests/rules/source_tree.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace tsugi {
namespace {

namespace fs = std::filesystem;

const fs::path& Root() {
  static const fs::path root = TSUGI_SOURCE_DIR;
  return root;
}

SourceFile ReadSource(const fs::path& path) {
  SourceFile file{fs::relative(path, Root()).generic_string(), {}};
  std::ifstream stream(path);
  for (std::string line; std::getline(stream, line);) file.lines.push_back(line);
  return file;
}

std::vector<SourceFile> ReadAll(const std::vector<std::string>& folders,
                                const std::vector<std::string>& extensions) {
  std::vector<SourceFile> files;
  const auto add = [&](const fs::directory_entry& entry) {
    const bool fits = std::find(extensions.begin(), extensions.end(),
                                entry.path().extension().string()) != extensions.end();
    if (fits && entry.is_regular_file()) files.push_back(ReadSource(entry.path()));
  };
  for (const std::string& folder : folders) {
    if (!fs::exists(Root() / folder)) continue;
    for (auto it = fs::recursive_directory_iterator(Root() / folder); it != end(it); ++it) {
      if (it->path().filename() == "node_modules") it.disable_recursion_pending();
      add(*it);
    }
  }
  for (const auto& entry : fs::directory_iterator(Root())) add(entry);
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

}  // namespace

const std::vector<SourceFile>& Sources() {
  static const auto files =
      ReadAll({"core", "model_format", "native", "tests", "bench"}, {".h", ".cc"});
  return files;
}

const std::vector<SourceFile>& Documents() {
  static const auto files = ReadAll(
      {"core", "model_format", "native", "wasm", "web_demo", "tests", "bench", ".github"}, {".md"});
  return files;
}

bool Exists(const std::string& path) { return fs::exists(Root() / path); }

std::string Where(const SourceFile& file, size_t line_index) {
  return file.path + ":" + std::to_string(line_index + 1);
}

std::vector<std::string> WithoutComments(const std::vector<std::string>& lines) {
  std::vector<std::string> code;
  bool in_block = false;
  for (const std::string& line : lines) {
    std::string kept;
    bool in_string = false;
    for (size_t i = 0; i < line.size(); ++i) {
      const std::string_view two = std::string_view(line).substr(i, 2);
      if (in_block) {
        if (two == "*/") in_block = false, ++i;
      } else if (!in_string && two == "//") {
        break;
      } else if (!in_string && two == "/*") {
        in_block = true;
        ++i;
      } else {
        if (line[i] == '"' && (i == 0 || (line[i - 1] != '\\' && line[i - 1] != '\''))) {
          in_string = !in_string;
        }
        kept += line[i];
      }
    }
    code.push_back(kept);
  }
  return code;
}

}  // namespace tsugi
