#include <gtest/gtest.h>

#include <cctype>
#include <map>
#include <regex>

#include "tests/rules/source_tree.h"

// A library is compiled in a few units of several files each, which join their unnamed namespaces.
// Two names that are equal do not compile there, or, worse, overload each other.

namespace tsugi {
namespace {

/// The library a file belongs to, as far as its folder tells; empty for headers, and for kernels
/// and verbs, which are compiled alone.
std::string LibraryOf(const std::string& path) {
  static const std::regex alone(R"(_(simd|wasm|command)\.cc$)");
  if (!path.ends_with(".cc") || std::regex_search(path, alone)) return "";
  std::smatch match;
  static const std::regex library(
      "^(core/(?:base|model|kernels)|native/[a-z_]+|core|model_format)/");
  return std::regex_search(path, match, library) ? match[1].str() : "";
}

/// By how much a line changes the depth of braces; those in quotes do not count.
int BraceDepth(const std::string& line) {
  int depth = 0;
  char quote = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\\') {
      ++i;
    } else if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || (c == '\'' && (i == 0 || std::isalnum(line[i - 1]) == 0))) {
      quote = c;
    } else {
      depth += (c == '{') - (c == '}');
    }
  }
  return depth;
}

/// What a line at the top of a namespace defines: a type, a constant or a function; else "".
std::string DefinedName(const std::string& line) {
  static const std::regex type(R"(^(?:template <.*> ?)?(?:struct|class|enum class) (\w+)[^;]*$)");
  static const std::regex constant(R"(^constexpr [^(]*?\b(k[A-Z]\w*)(?:\[\w*\])? ?[={])");
  static const std::regex function(R"(^[A-Za-z_][\w:<>,&* \[\]]*[ &*>]([A-Z]\w*)\()");
  static const std::regex other(R"(^(?:using|return|static_assert|namespace|TSUGI_|TEST)\b)");
  std::smatch match;
  if (std::regex_search(line, other)) return "";
  for (const std::regex* kind : {&type, &constant, &function}) {
    if (std::regex_search(line, match, *kind)) return match[1];
  }
  return "";
}

/// Names that the file's unnamed namespaces define, with their lines.
std::map<std::string, size_t> UnnamedNames(const SourceFile& file) {
  std::map<std::string, size_t> names;
  const auto lines = WithoutComments(file.lines);
  bool is_unnamed = false;
  int depth = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].starts_with("namespace {")) {
      is_unnamed = true;
      depth = 0;
      continue;
    }
    if (!is_unnamed) continue;
    if (depth == 0 && lines[i].starts_with("}")) {
      is_unnamed = false;
      continue;
    }
    if (const std::string name = depth == 0 ? DefinedName(lines[i]) : ""; !name.empty()) {
      names.emplace(name, i);
    }
    depth += BraceDepth(lines[i]);
  }
  return names;
}

TEST(UnityNames, AreUniqueWithinALibrary) {
  std::map<std::string, std::map<std::string, std::string>> places;  // library, name -> where
  size_t found = 0;
  for (const SourceFile& file : Sources()) {
    const std::string library = LibraryOf(file.path);
    if (library.empty()) continue;
    for (const auto& [name, line] : UnnamedNames(file)) {
      ++found;
      const auto [place, is_new] = places[library].emplace(name, Where(file, line));
      EXPECT_TRUE(is_new) << Where(file, line) << ": " << name << " is also in " << place->second
                          << "; a unit that holds both files would join them. Try: rename one";
    }
  }
  EXPECT_GT(found, 300u);
}

TEST(UnityNames, OfTypesConstantsAndFunctionsAreFound) {
  const SourceFile file{
      "core/a.cc",
      {"namespace tsugi {", "namespace {", "struct First {", "  int Inner() { return 1; }", "};",
       "constexpr size_t kSecond = 2;", "std::vector<float> Third(int a,",
       "                        int b) {", "  return Call('{', \"}\");", "}", "using Fourth = int;",
       "}  // namespace", "int Outside() {", "}"}};
  std::vector<std::string> names;
  for (const auto& [name, line] : UnnamedNames(file)) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"First", "Third", "kSecond"}));
}

}  // namespace
}  // namespace tsugi
