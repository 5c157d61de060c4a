#include "native/semantic_ids/sub_words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "core/model/model_view.h"
#include "core/parts/semantic_ids/subword_tokenizer.h"

namespace tsugi {
namespace {

ItemTexts Texts(const std::vector<std::string>& titles) {
  return {titles, std::vector<std::vector<std::string>>(titles.size())};
}

TEST(LearnPieces, CoverTheTextsTheyWereLearntFrom) {
  std::vector<std::string> titles;
  for (int i = 0; i < 60; ++i) {
    titles.push_back(i % 2 == 0 ? "Winter crime " + std::to_string(i) : "\xe6\xac\xa1 crimes");
  }
  const auto pieces = LearnPieces(Texts(titles), 60);
  ASSERT_TRUE(pieces.ok()) << pieces.status().message();
  EXPECT_TRUE(std::is_sorted(pieces->begin(), pieces->end()));
  StringTable table;
  for (const std::string& piece : *pieces) table.Append(piece);
  const SubwordTokenizer tokenizer(table.View());
  for (const std::string& title : titles) {
    std::vector<uint32_t> tokens;
    tokenizer.Tokenize(title, 100, tokens);
    EXPECT_EQ(" " + tokenizer.Text(tokens), SubwordTokenizer::Words(title));
  }
  std::vector<uint32_t> tokens;
  tokenizer.Tokenize("winter crime", 100, tokens);
  EXPECT_LT(tokens.size(), 12u);  // of 13 characters: more than letters were learnt
}

TEST(LearnPieces, AreNoneWithoutWords) {
  EXPECT_TRUE(std::move(LearnPieces(Texts({"", "!!", ""}), 100)).value().empty());
  EXPECT_TRUE(std::move(LearnPieces(Texts({}), 100)).value().empty());
}

TEST(LearnPieces, SayWhichTemporaryFolderIsMissing) {
  setenv("TMPDIR", "/nowhere", 1);
  const auto pieces = LearnPieces(Texts({"winter", "crime"}), 100);
  unsetenv("TMPDIR");
  ASSERT_FALSE(pieces.ok());
  EXPECT_NE(pieces.status().message().find("Try: set TMPDIR to another folder"), std::string::npos);
}

}  // namespace
}  // namespace tsugi
