#include "core/parts/semantic_ids/subword_tokenizer.h"

#include <gtest/gtest.h>

#include "core/model/model_view.h"

namespace tsugi {
namespace {

StringTable Pieces(const std::vector<std::string>& sorted) {
  StringTable table;
  for (const std::string& piece : sorted) table.Append(piece);
  return table;
}

std::vector<std::string> Parts(const std::vector<std::string>& pieces, std::string_view text,
                               size_t limit = 100) {
  const StringTable table = Pieces(pieces);
  std::vector<uint32_t> tokens;
  SubwordTokenizer(table.View()).Tokenize(text, limit, tokens);
  std::vector<std::string> parts;
  for (const uint32_t token : tokens) parts.push_back(pieces[token]);
  return parts;
}

const std::vector<std::string> kPieces = {" ", " win", " winter", "er", "t", "\xe6\xac\xa1"};
using Words = std::vector<std::string>;

TEST(SubwordTokenizer, TakesTheLongestPieceFromLeftToRight) {
  EXPECT_EQ(Parts(kPieces, "winter"), (Words{" winter"}));
  EXPECT_EQ(Parts(kPieces, "winte"), (Words{" win", "t"}));
  EXPECT_EQ(Parts(kPieces, "WINTER, winter!"), (Words{" winter", " winter"}));
}

TEST(SubwordTokenizer, LeavesOutWhatNoPieceBeginsWith) {
  EXPECT_EQ(Parts(kPieces, "xyz"), (Words{" "}));
  EXPECT_EQ(Parts(kPieces, "\xe6\xac\xa1\xd0\x96"), (Words{" ", "\xe6\xac\xa1"}));
  EXPECT_EQ(Parts(kPieces, "\xff\xfe"), (Words{" "}));
  EXPECT_TRUE(Parts(kPieces, "").empty());
  EXPECT_TRUE(Parts({}, "winter").empty());
}

TEST(SubwordTokenizer, StopsAtTheLimitForAnyLength) {
  const std::string long_text(10'000, 't');
  EXPECT_EQ(Parts(kPieces, long_text, 32).size(), 32u);
  EXPECT_EQ(Parts(kPieces, std::string(1'000'000, 'x'), 32), (Words{" "}));
}

TEST(SubwordTokenizer, WritesWordsBack) {
  const StringTable table = Pieces(kPieces);
  const SubwordTokenizer tokenizer(table.View());
  EXPECT_EQ(tokenizer.Text({2, 1, 3}), "winter winer");
  EXPECT_EQ(tokenizer.Text({}), "");
}

}  // namespace
}  // namespace tsugi
