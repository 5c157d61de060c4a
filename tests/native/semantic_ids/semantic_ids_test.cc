#include "native/semantic_ids/semantic_ids.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "core/model/model_view.h"
#include "core/parts/semantic_ids/subword_tokenizer.h"
#include "native/semantic_ids/sub_words.h"

namespace tsugi {
namespace {

class SemanticIdFile : public testing::Test {
 protected:
  SemanticIdFile() {
    for (const char* id : {"a", "b c", "d"}) ids_.Append(id);
  }
  ~SemanticIdFile() override { std::filesystem::remove(path_); }
  Status ReadText(const std::string& text) {
    std::ofstream(path_) << text;
    return ReadSemanticIds(path_, ids_.View(), 3).status();
  }
  StringTable ids_;
  std::filesystem::path path_ = testing::TempDir() + "/semantic_ids.tsv";
};

TEST_F(SemanticIdFile, ComesBackAsItWasWritten) {
  const SemanticIds ids = {{1, 2, 3, 4}, {255, 0, 0, 1}, {1, 2, 3, 5}};
  ASSERT_TRUE(WriteSemanticIds(path_, ids_.View(), ids).ok());
  const auto read = ReadSemanticIds(path_, ids_.View(), 3);
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(*read, ids);
}

TEST_F(SemanticIdFile, NamesTheLineThatIsWrong) {
  const std::string head = "item\tu\tv\tx\ty\n";
  const auto expect = [&](const std::string& text, const std::string& part) {
    const Status status = ReadText(head + text);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << text;
    EXPECT_NE(status.message().find(part), std::string::npos) << status.message();
  };
  expect("a\t1\t2\t3\t256\n", ":2: expected an item and four codes");
  expect("a\t1\t2\t3\n", ":2: expected an item");
  expect("a\t1\t2\t3\t4\nz\t1\t2\t3\t5\n", ":3: item 'z' is not in the catalogue");
  expect("a\t1\t2\t3\t4\na\t1\t2\t3\t5\n", ":3: item 'a'");
  expect("a\t1\t2\t3\t4\nd\t1\t2\t3\t4\n", ":3: the codes of item 'a' again");
  expect("a\t1\t2\t3\t4\n", "no line for item 'b c' and 1 more");
  std::filesystem::remove(path_);
  EXPECT_EQ(ReadSemanticIds(path_, ids_.View(), 3).status().code(), StatusCode::kNotFound);
}

TEST(MeasureUsage, CountsCodesAndTheirEntropy) {
  SemanticIds ids;
  for (uint8_t i = 0; i < 64; ++i) ids.push_back({i, static_cast<uint8_t>(i % 4), i, i});
  const CodeUsage usage = MeasureUsage(ids);
  EXPECT_EQ(usage.used[0], 64u);
  EXPECT_EQ(usage.used[1], 4u);
  EXPECT_DOUBLE_EQ(usage.entropy_bits[0], 6.0);
  EXPECT_DOUBLE_EQ(usage.entropy_bits[1], 2.0);
  EXPECT_TRUE(usage.is_collapsed);  // the second level could carry six bits
  for (SemanticId& id : ids) id[1] = id[0];
  EXPECT_FALSE(MeasureUsage(ids).is_collapsed);
}

TEST(MeasureAgreement, TellsNeighboursThatBeginAlikeFromRandomPairs) {
  SemanticIds ids;
  for (uint8_t i = 0; i < 100; ++i) ids.push_back({static_cast<uint8_t>(i / 10), 0, 0, i});
  ItemPairs alike, unlike;
  for (uint32_t i = 0; i < 100; ++i) {
    alike.emplace_back(i, i / 10 * 10 + (i + 1) % 10);
    unlike.emplace_back(i, (i + 10) % 100);
  }
  const PrefixAgreement good = MeasureAgreement(ids, alike, 1);
  EXPECT_DOUBLE_EQ(good.shared_levels, 3.0);
  EXPECT_GT(good.correlation, 0.6);
  EXPECT_LT(MeasureAgreement(ids, unlike, 1).correlation, 0.0);
  EXPECT_EQ(MeasureAgreement(ids, {}, 1).pairs, 0u);
}

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
