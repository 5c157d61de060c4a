#ifndef TSUGI_TESTS_RULES_SOURCE_TREE_H_
#define TSUGI_TESTS_RULES_SOURCE_TREE_H_

#include <string>
#include <string_view>
#include <vector>

namespace tsugi {

/// One text file of the checkout.
struct SourceFile {
  std::string path;  ///< from the repository root, e.g. "core/base/status.h"
  std::vector<std::string> lines;

  bool IsUnder(std::string_view folder) const {
    return path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/';
  }
};

/// Every .h and .cc file of core, model_format, native, tests and bench, read once.
const std::vector<SourceFile>& Sources();

/// Every .md file of the checkout's own folders and its root.
const std::vector<SourceFile>& Documents();

/// Whether a path from the repository root exists.
bool Exists(const std::string& path);

/// "path:line", counting from 1.
std::string Where(const SourceFile& file, size_t line_index);

/// `lines` without comments; string literals are kept. Enough for rules, not a C++ lexer.
std::vector<std::string> WithoutComments(const std::vector<std::string>& lines);

}  // namespace tsugi

#endif  // TSUGI_TESTS_RULES_SOURCE_TREE_H_
