// How many shared files know a part: the price of the next one (core/parts/README.md).

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <string>
#include <vector>

#include "tests/rules/source_tree.h"

namespace tsugi {
namespace {

/// Letters and digits in lower case: "SemanticIds", "semantic_ids" and "semantic ids" are one word.
std::string Folded(std::string_view text) {
  std::string folded;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      folded += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return folded;
}

/// The words of each part, from the table "The parts and their words" in core/README.md.
std::map<std::string, std::vector<std::string>> PartWords() {
  std::map<std::string, std::vector<std::string>> words;
  bool is_inside = false;
  for (const SourceFile& document : Documents()) {
    if (document.path != "core/README.md") continue;
    for (const std::string& line : document.lines) {
      if (line.starts_with("#")) is_inside = line == "### The parts and their words";
      if (!is_inside || !line.starts_with("| `")) continue;
      const std::string part = line.substr(3, line.find('`', 3) - 3);
      const size_t last = line.rfind('|'), before = line.rfind('|', last - 1);
      std::string word;
      for (const char c : line.substr(before + 1, last - before - 1) + ",") {
        if (c != ',') {
          word += c;
        } else if (!Folded(word).empty()) {
          words[part].push_back(Folded(word));
          word.clear();
        }
      }
    }
  }
  return words;
}

/// Whether a file is in a room of the part, a stage or a study.
bool IsInARoom(const std::string& path, const std::string& part) {
  return path.find("/" + part + "/") != std::string::npos || path.starts_with("native/studies/") ||
         path.starts_with("native/train/stages/");
}

std::vector<std::string> FilesThatKnow(const std::string& part,
                                       const std::vector<std::string>& words) {
  std::vector<std::string> files;
  for (const SourceFile& file : Sources()) {
    const bool is_counted = file.IsUnder("core") || file.IsUnder("model_format") ||
                            file.IsUnder("native") || file.IsUnder("wasm");
    if (!is_counted || IsInARoom(file.path, part)) continue;
    std::string code;
    for (const std::string& line : WithoutComments(file.lines)) code += Folded(line);
    const bool knows = std::any_of(words.begin(), words.end(), [&](const std::string& word) {
      return code.find(word) != std::string::npos;
    });
    if (knows) files.push_back(file.path);
  }
  return files;
}

// The aim is 10 for each. Each number here is what the part cost when it was last lowered, and may
// only fall.
TEST(PartRooms, FewSharedFilesKnowAPart) {
  const std::map<std::string, size_t> most = {{"imagine", 28},
                                              {"intent", 33},
                                              {"item_tower", 16},
                                              {"quantised_codes", 12},
                                              {"semantic_ids", 40}};
  const auto words = PartWords();
  ASSERT_EQ(words.size(), most.size());
  for (const auto& [part, own] : words) {
    ASSERT_TRUE(most.contains(part)) << part;
    const std::vector<std::string> files = FilesThatKnow(part, own);
    std::string list;
    for (const std::string& file : files) list += "\n  " + file;
    std::printf("%-16s %zu shared files (aim 10)%s\n", part.c_str(), files.size(), list.c_str());
    EXPECT_LE(files.size(), most.at(part)) << part << " is known in" << list;
  }
}

TEST(PartRooms, AWordIsFoundHoweverItIsSpelt) {
  EXPECT_EQ(Folded("SemanticIds"), Folded("semantic_ids"));
  EXPECT_EQ(Folded(" Item-Tower "), "itemtower");
}

}  // namespace
}  // namespace tsugi
