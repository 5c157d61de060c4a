#include <gtest/gtest.h>

#include <regex>

#include "tests/rules/source_tree.h"

namespace tsugi {
namespace {

constexpr size_t kFileLimit = 400;
constexpr size_t kTestFileLimit = 800;
constexpr size_t kFunctionLimit = 60;
constexpr size_t kLineLimit = 100;

/// A function's first line and length, found by indentation: its head starts at column 0 or 2, ends
/// in "{", and a line of nothing but "}" at the same column closes it.
struct Function {
  size_t first = 0;
  size_t line_count = 0;
};

bool OpensSomethingElse(const std::string& head) {
  static const std::regex other(
      R"(^(?:namespace|class|struct|typedef|enum|union|extern|switch|if|for|while|do|else|\}|#|//)"
      R"(|public|private|protected|case|return|static const std::map))");
  return std::regex_search(head, other);
}

std::vector<Function> FindFunctions(const std::vector<std::string>& source_lines) {
  std::vector<std::string> lines = WithoutComments(source_lines);
  for (std::string& line : lines) line.erase(line.find_last_not_of(' ') + 1);
  std::vector<Function> functions;
  for (const size_t column : {size_t{0}, size_t{2}}) {
    const std::string close = std::string(column, ' ') + "}";
    for (size_t i = 0; i < lines.size(); ++i) {
      const std::string& line = lines[i];
      if (line.find_first_not_of(' ') != column) continue;
      if (OpensSomethingElse(line.substr(column))) continue;
      if (line.find(" = {") != line.npos || line.find(" = [") != line.npos) continue;  // a value
      size_t open = i;  // the head may go over several lines
      while (open + 1 < lines.size() && open < i + 8 && !lines[open].ends_with("{") &&
             !lines[open].ends_with(";") && !lines[open].ends_with("}")) {
        ++open;
      }
      if (!lines[open].ends_with("{")) continue;
      size_t end = open + 1;
      while (end < lines.size() && !lines[end].starts_with(close)) ++end;
      if (end == lines.size()) continue;
      functions.push_back({i, end - i + 1});
      i = end;
    }
  }
  return functions;
}

TEST(Limits, FilesStaySmall) {
  for (const SourceFile& file : Sources()) {
    const size_t limit = file.IsUnder("tests") ? kTestFileLimit : kFileLimit;
    EXPECT_LE(file.lines.size(), limit) << file.path;
  }
}

TEST(Limits, VerbsStayThin) {
  for (const SourceFile& file : Sources()) {
    if (!file.IsUnder("native/cli") || !file.path.ends_with("_command.cc")) continue;
    EXPECT_LE(file.lines.size(), 120u) << file.path << ": a verb parses, calls and prints";
  }
}

TEST(Limits, FunctionsStayShort) {
  size_t found = 0;
  for (const SourceFile& file : Sources()) {
    for (const Function& function : FindFunctions(file.lines)) {
      ++found;
      EXPECT_LE(function.line_count, kFunctionLimit) << Where(file, function.first);
    }
  }
  EXPECT_GT(found, 100u);
}

TEST(Limits, LinesFitTheColumnLimit) {
  for (const SourceFile& file : Sources()) {
    for (size_t i = 0; i < file.lines.size(); ++i) {
      const size_t limit = file.lines[i].starts_with("#include") ? 120 : kLineLimit;
      EXPECT_LE(file.lines[i].size(), limit) << Where(file, i);
    }
  }
}

TEST(Limits, ALongFunctionIsFound) {
  std::vector<std::string> lines{"int Long(int a,  // first", "         int b) {"};
  lines.insert(lines.end(), 70, "  ++a;");
  lines.insert(lines.end(), {"}", "", "class C {", "  void Short() {", "  }", "};"});
  const auto functions = FindFunctions(lines);
  ASSERT_EQ(functions.size(), 2u);
  EXPECT_EQ(functions[0].line_count, 73u);
  EXPECT_EQ(functions[1].line_count, 2u);
}

}  // namespace
}  // namespace tsugi
