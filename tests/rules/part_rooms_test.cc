// How many shared files know a part: the price of the next one (core/parts/README.md).

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/rules/source_tree.h"

namespace tsugi {
namespace {

/// The words of a text in lower case: "SemanticIds", "semantic_ids" and "Semantic ids" are the two
/// words "semantic" and "ids".
std::vector<std::string> SplitWords(std::string_view text) {
  const auto is = [&](size_t at, int (*kind)(int)) {
    return at < text.size() && kind(static_cast<unsigned char>(text[at])) != 0;
  };
  std::vector<std::string> words;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!is(i, std::isalnum)) continue;
    const bool follows = i > 0 && is(i - 1, std::isalnum);
    // A capital begins a word after a small letter ("kImagine") and before one ("JSONTrie").
    const bool begins =
        is(i, std::isupper) && (!is(i - 1, std::isupper) || is(i + 1, std::islower));
    const bool turns = is(i, std::isdigit) != is(i - 1, std::isdigit);
    if (!follows || begins || turns) words.emplace_back();
    words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(text[i])));
  }
  return words;
}

/// `words` with a blank around each, in which a sequence of words is found as a text.
std::string Spaced(const std::vector<std::string>& words) {
  std::string spaced = " ";
  for (const std::string& word : words) spaced += word + ' ';
  return spaced;
}

/// Whether the words of `spaced` contain the words `sought` in their order. The last may be a
/// plural.
bool Contains(const std::string& spaced, std::string sought) {
  if (spaced.find(sought) != std::string::npos) return true;
  sought.pop_back();
  if (spaced.find(sought + "s ") != std::string::npos) return true;
  if (!sought.ends_with('y')) return false;
  sought.pop_back();
  return spaced.find(sought + "ies ") != std::string::npos;
}

/// The words of each part, spaced, from the table "The parts and their words" in core/README.md.
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
      std::istringstream cell(line.substr(before + 1, last - before - 1));
      for (std::string word; std::getline(cell, word, ',');) {
        words[part].push_back(Spaced(SplitWords(word)));
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

/// Whether code contains one of the words. A header of the standard library is no word of ours.
bool Knows(const std::vector<std::string>& code, const std::vector<std::string>& sought) {
  std::string spaced;
  for (const std::string& line : code) {
    if (!line.starts_with("#include <")) spaced += Spaced(SplitWords(line));
  }
  return std::any_of(sought.begin(), sought.end(),
                     [&](const std::string& words) { return Contains(spaced, words); });
}

std::vector<std::string> FilesThatKnow(const std::string& part,
                                       const std::vector<std::string>& words) {
  std::vector<std::string> files;
  for (const SourceFile& file : Sources()) {
    const bool is_counted = file.IsUnder("core") || file.IsUnder("model_format") ||
                            file.IsUnder("native") || file.IsUnder("wasm");
    if (!is_counted || IsInARoom(file.path, part)) continue;
    if (Knows(WithoutComments(file.lines), words)) files.push_back(file.path);
  }
  return files;
}

TEST(PartRooms, FewSharedFilesKnowAPart) {
  constexpr size_t kMost = 10;
  const auto words = PartWords();
  EXPECT_GE(words.size(), 5u);
  for (const auto& [part, own] : words) {
    const std::vector<std::string> files = FilesThatKnow(part, own);
    std::string list;
    for (const std::string& file : files) list += "\n  " + file;
    std::printf("%-16s %zu shared files of at most %zu%s\n", part.c_str(), files.size(), kMost,
                list.c_str());
    EXPECT_LE(files.size(), kMost) << part << " is known in" << list;
  }
}

TEST(PartRooms, AWordIsFoundHoweverItIsSpelt) {
  const auto contains = [](const std::string& code, const std::string& word) {
    return Knows({code}, {Spaced(SplitWords(word))});
  };
  EXPECT_TRUE(contains("SemanticIds ids;", "semantic_id"));
  EXPECT_TRUE(contains("semantic_id_file.h", "semantic_id"));
  EXPECT_TRUE(contains("\"no semantic ids\"", "semantic_id"));
  EXPECT_TRUE(contains("TSUGI_SEMANTIC_IDS", "semantic_id"));
  EXPECT_TRUE(contains("kImagineStage", "imagine"));
  EXPECT_TRUE(contains("LabelsOf(families)", "family"));
  EXPECT_TRUE(contains("struct JSONTrie2;", "trie"));
  EXPECT_FALSE(contains("entries", "trie"));
  EXPECT_FALSE(contains("NegativeDiffusion", "fusion"));
  EXPECT_FALSE(contains("semantic.ranking of ids", "semantic_id"));
  EXPECT_FALSE(contains("#include <concepts>", "concept"));
  EXPECT_TRUE(contains("#include \"concept.h\"", "concept"));
}

}  // namespace
}  // namespace tsugi
