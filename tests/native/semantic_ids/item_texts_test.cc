#include "native/semantic_ids/item_texts.h"

#include <gtest/gtest.h>

#include <algorithm>

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

TEST(HoldOutTexts, IsTheSameEveryTimeAndLeavesOutItemsWithoutTitles) {
  std::vector<std::string> titles(1000, "a title");
  titles[3] = "";
  const auto held = HoldOutTexts(Texts(titles));
  EXPECT_EQ(held, HoldOutTexts(Texts(titles)));
  const auto count = std::count(held.begin(), held.end(), true);
  EXPECT_GT(count, 25);
  EXPECT_LT(count, 80);
  EXPECT_FALSE(HoldOutTexts(Texts(std::vector<std::string>(1000, "")))[7]);
}

TEST(ItemTexts, AreTitlesAndAttributeValues) {
  ItemTexts texts = Texts({"Night Train", ""});
  texts.attributes[0] = {"Drama", "1999"};
  EXPECT_EQ(texts.All(0), "Night Train Drama 1999");
  EXPECT_FALSE(texts.empty());
  EXPECT_TRUE(Texts({"", ""}).empty());
  EXPECT_EQ(SplitWords("Night-Train, 2!"), (std::vector<std::string>{"night", "train", "2"}));
}

}  // namespace
}  // namespace tsugi
