#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <sstream>

#include "tests/rules/source_tree.h"

namespace tsugi {
namespace {

using Folders = std::vector<std::string>;

/// Which folders a folder may include, besides itself and core/base. A folder that is not listed
/// falls under its parent's row.
const std::map<std::string, Folders>& Rules() {
  static const std::map<std::string, Folders> rules = {
      {"core/base", {}},
      {"core/model", {"core/parts"}},
      {"core/kernels", {}},
      {"core/session_input", {"core/model"}},
      {"core/layers", {"core/model", "core/kernels"}},
      {"core/encoder", {"core/model", "core/kernels", "core/layers"}},
      {"core/items", {"core/model", "core/kernels", "core/layers", "core/parts/item_tower"}},
      {"core/parts", {"core"}},
      {"core/search", {"core"}},
      {"core/decode", {"core/model", "core/kernels", "core/items"}},
      {"core/explain", {"core/model", "core/kernels", "core/layers", "core/encoder", "core/items"}},
      {"core", {"core"}},
      {"model_format", {"core/model"}},
      {"native/files", {}},
      {"native/log", {"native/files"}},
      {"native/dataset", {"core", "model_format", "native/files", "native/log", "native/quantize"}},
      {"native/report", {"native/files"}},
      {"native/quantize", {"core", "model_format"}},
      {"native/model", {"core", "model_format", "native/files"}},
      {"native/quantised_codes", {"core", "native/dataset", "native/model", "native/quantize"}},
      {"native/eval",
       {"core", "model_format", "native/dataset", "native/files", "native/intent",
        "native/quantize", "native/report", "native/semantic_ids"}},
      {"native/export",
       {"core", "model_format", "native/dataset", "native/model", "native/quantised_codes",
        "native/quantize"}},
      {"native/semantic_ids", {"core", "native/dataset", "native/files", "native/quantize"}},
      {"native/intent", {"core", "native/dataset", "native/quantize"}},
      {"native/word_vectors", {"core", "native/dataset"}},
      {"native/train",
       {"core", "model_format", "native/dataset", "native/eval", "native/files", "native/intent",
        "native/model", "native/quantize", "native/report", "native/semantic_ids",
        "native/word_vectors"}},
      {"native/studies", {"core", "model_format", "native"}},
      {"native/cli", {"core", "model_format", "native"}},
      {"native/c_api", {"core", "model_format"}},
      {"tests", {"core", "model_format", "native", "tests"}},
      {"bench", {"core", "model_format", "native", "bench"}},
  };
  return rules;
}

/// The row of `path`'s folder or of its nearest listed parent; empty if there is none.
std::string RuleOf(const std::string& path) {
  for (size_t slash = path.rfind('/'); slash != std::string::npos && slash > 0;
       slash = path.rfind('/', slash - 1)) {
    const std::string folder = path.substr(0, slash);
    if (Rules().contains(folder)) return folder;
  }
  return "";
}

bool IsUnder(const std::string& path, const std::string& folder) {
  return path.starts_with(folder + "/");
}

bool IsAllowed(const std::string& rule, const std::string& included) {
  if (IsUnder(included, rule) || IsUnder(included, "core/base")) return true;
  const Folders& allowed = Rules().at(rule);
  return std::any_of(allowed.begin(), allowed.end(),
                     [&](const std::string& folder) { return IsUnder(included, folder); });
}

/// The path of an `#include "..."` line, else empty.
std::string IncludedPath(const std::string& line) {
  constexpr std::string_view kStart = "#include \"";
  if (!line.starts_with(kStart)) return "";
  return line.substr(kStart.size(), line.find('"', kStart.size()) - kStart.size());
}

TEST(IncludeRules, PointTheRightWay) {
  size_t checked = 0;
  for (const SourceFile& file : Sources()) {
    const std::string rule = RuleOf(file.path);
    ASSERT_NE(rule, "") << file.path << " is in a folder without a row in Rules()";
    for (size_t i = 0; i < file.lines.size(); ++i) {
      const std::string included = IncludedPath(file.lines[i]);
      if (RuleOf(included).empty()) continue;  // generated
      ++checked;
      EXPECT_TRUE(IsAllowed(rule, included))
          << Where(file, i) << ": " << rule << " may not include " << included;
    }
  }
  EXPECT_GT(checked, 50u);
}

TEST(IncludeRules, StartAtTheRepositoryRoot) {
  for (const SourceFile& file : Sources()) {
    for (size_t i = 0; i < file.lines.size(); ++i) {
      const std::string included = IncludedPath(file.lines[i]);
      if (included.empty() || included.ends_with("_generated.h")) continue;
      EXPECT_TRUE(Exists(included)) << Where(file, i) << ": no file " << included;
    }
  }
}

TEST(IncludeRules, TheTrainerAloneNamesLibTorchAndTheKernelsXnnpack) {
  for (const SourceFile& file : Sources()) {
    for (size_t i = 0; i < file.lines.size(); ++i) {
      if (file.lines[i].starts_with("#include <torch/")) {
        EXPECT_TRUE(file.path.find("native/train") != std::string::npos ||
                    file.path.find("native/studies") != std::string::npos)
            << Where(file, i);
      }
      if (file.lines[i].starts_with("#include <xnnpack.h>")) {
        EXPECT_TRUE(file.IsUnder("core/kernels") || file.IsUnder("tests/core/kernels") ||
                    file.IsUnder("bench"))
            << Where(file, i);
      }
    }
  }
}

/// The rows "| `folder` | what it may include |" of core's README.
std::map<std::string, Folders> RulesOfTheReadme() {
  std::map<std::string, Folders> rules;
  const std::regex row(R"(\| `([a-z_]+)` \| ([a-z_/, ]+) \|)");
  const auto& documents = Documents();
  const auto readme = std::find_if(documents.begin(), documents.end(), [](const SourceFile& file) {
    return file.path == "core/README.md";
  });
  if (readme == documents.end()) return rules;
  for (const std::string& line : readme->lines) {
    std::smatch match;
    if (!std::regex_match(line, match, row)) continue;
    Folders& allowed = rules["core/" + match[1].str()];
    std::stringstream cell(match[2]);
    for (std::string folder; std::getline(cell >> std::ws, folder, ',');) {
      if (folder == "any of core")
        allowed.push_back("core");
      else if (folder != "nothing")
        allowed.push_back("core/" + folder);
    }
  }
  return rules;
}

TEST(IncludeRules, StandInTheReadmeOfCore) {
  std::map<std::string, Folders> rules;
  for (const auto& [folder, allowed] : Rules()) {
    if (folder.starts_with("core/")) rules[folder] = allowed;
  }
  EXPECT_EQ(RulesOfTheReadme(), rules);
}

TEST(IncludeRules, CatchAWrongArrow) {
  EXPECT_FALSE(IsAllowed("core/layers", "core/encoder/kv_state.h"));
  EXPECT_FALSE(IsAllowed("native/train", "native/export/quantize_model.h"));
  EXPECT_FALSE(IsAllowed("core", "native/dataset/dataset.h"));
  EXPECT_TRUE(IsAllowed("native/eval", "core/session.h"));
}

}  // namespace
}  // namespace tsugi
