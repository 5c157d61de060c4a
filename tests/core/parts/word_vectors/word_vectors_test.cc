#include "core/parts/word_vectors/word_vectors.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/parts/word_vectors/word_vectors_spec.h"
#include "tests/core/parts/word_vectors/word_model.h"
#include "tests/core/test_model.h"

namespace tsugi {
namespace {

using Row = std::vector<float>;

/// Four words: caf\xC3\xA9 east, drama north, star north-east (0.6, 0.8), war south.
const std::vector<TestWord> kFour = {
    {"caf\xC3\xA9", {1, 0}, 2}, {"drama", {0, 1}, 1}, {"star", {0.6f, 0.8f}, 3}, {"war", {0, -1}}};

/// m of a text; empty if there is none.
Row MeanOf(TestModel& model, std::string_view text, std::vector<std::string_view> attributes = {}) {
  Row mean(model.view().spec.word_vectors->width);
  return WordVectors(model.view()).Mean(text, attributes, mean) ? mean : Row();
}

void ExpectNear(const Row& actual, const Row& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t d = 0; d < actual.size(); ++d) EXPECT_NEAR(actual[d], expected[d], 1e-6) << d;
}

TEST(WordVectors, FindsEveryWordAndNoOther) {
  WordModel model(kFour);
  const WordVectors words(model.view());
  EXPECT_EQ(words.count(), 4u);
  EXPECT_EQ(words.width(), 2u);
  std::vector<uint32_t> found;
  for (const TestWord& word : kFour) {
    ASSERT_TRUE(words.Find(word.text)) << word.text;
    found.push_back(*words.Find(word.text));
    EXPECT_EQ(words.Weight(found.back()), 0.5f * word.weight);
    Row row(2);
    words.AddRow(found.back(), 2.0f, row);
    ExpectNear(row, {2 * word.row[0], 2 * word.row[1]});
  }
  std::ranges::sort(found);
  EXPECT_EQ(found, (std::vector<uint32_t>{0, 1, 2, 3}));
  for (const char* other : {"", "a", "cafe", "dram", "dramas", "Star", "stars", "zoo", "\xFF"}) {
    EXPECT_FALSE(words.Find(other)) << other;
  }
}

TEST(WordVectors, FindLikeReadsAWordAsItsLongestKnownBeginning) {
  WordModel model({{"everlasting", {1, 0}},
                   {"ever", {1, 0}},
                   {"organize", {1, 0}},
                   {"organ", {1, 0}},
                   {"war", {1, 0}},
                   {"2001", {1, 0}},
                   {"caf\xC3\xA9", {1, 0}}});
  const WordVectors words(model.view());
  const std::pair<const char*, const char*> cases[] = {
      {"everlasting", "everlasting"},
      {"everlastingly", "everlasting"},
      {"everlast", "ever"},
      {"everlasts", ""},  // "ever" is less than half of it
      {"organized", "organize"},
      {"organizing", "organize"},  // "organiz" with an e
      {"organiz", "organize"},
      {"organs", "organ"},
      {"war", "war"},
      {"wars", ""},  // "war" is too short
      {"warships", ""},
      {"eve", ""},
      {"2001", "2001"},
      {"2001s", ""},
      {"ever1", ""},
      {"organ-s", ""},
      {"caf\xC3\xA9", "caf\xC3\xA9"},
      {"caf\xC3\xA9s", ""},
      {"", ""}};
  for (const auto& [word, known] : cases) {
    EXPECT_EQ(words.FindLike(word), *known ? words.Find(known) : std::nullopt) << word;
  }
  EXPECT_FALSE(words.FindLike(std::string(1 << 22, 'e')));  // at once
}

TEST(WordVectors, AMeanHasLengthOneAndCountsWordsByTheirWeight) {
  WordModel model(kFour);
  ExpectNear(MeanOf(model, "Drama"), {0, 1});
  // 2 (1, 0) + 1 (0, 1)
  ExpectNear(MeanOf(model, "a DRAMA: caf\xC3\xA9"), {2 / std::sqrt(5.0f), 1 / std::sqrt(5.0f)});
}

TEST(WordVectors, WordsCountOnceAndInAnyOrder) {
  WordModel model(kFour);
  EXPECT_EQ(MeanOf(model, "star war star drama"), MeanOf(model, "Drama, War; star"));
}

TEST(WordVectors, ValuesOfAttributesAreWordsAndTheirFieldsAreNot) {
  WordModel model(kFour);
  EXPECT_EQ(MeanOf(model, "star", {"genres=Drama", "year=1999"}), MeanOf(model, "star drama"));
  EXPECT_EQ(MeanOf(model, "", {"war=drama|star"}), MeanOf(model, "drama star"));
}

TEST(WordVectors, TheMeanOfTheCatalogueIsTakenAwayBeforeTheLengthIsOne) {
  WordModel model(kFour);
  model.Set<float>(kWordMean, {0.5f, 0.5f});
  ExpectNear(MeanOf(model, "drama"), {-std::sqrt(0.5f), std::sqrt(0.5f)});
  Row plain(2);
  ASSERT_TRUE(WordVectors(model.view()).PlainMean("drama war caf\xC3\xA9", {}, plain));
  ExpectNear(plain, {0.5f, 0});
}

TEST(WordVectors, UnknownWordsSayNothing) {
  WordModel model(kFour);
  EXPECT_EQ(MeanOf(model, "a star of the silver screen"), MeanOf(model, "star"));
  for (const char* text : {"", " ?! ", "silver screens", "stars"}) {
    EXPECT_TRUE(MeanOf(model, text).empty()) << text;
  }
  // Two words that cancel each other out, or the catalogue's mean: no direction is left.
  EXPECT_TRUE(MeanOf(model, "drama war").empty());
  model.Set<float>(kWordMean, {0, 1});
  EXPECT_TRUE(MeanOf(model, "drama").empty());
  model.Set<uint8_t>(kWordWeights, {0, 0, 0, 0});
  EXPECT_TRUE(MeanOf(model, "star").empty());
}

/// Words of any rows, coded by chance: 300 words of 7 numbers in 3 codes, the last of which is
/// longer than what is left.
class CodedWords : public testing::Test {
 protected:
  static ModelSpec Spec() {
    ModelSpec spec = TinySpec();
    spec.word_vectors = WordVectorsSpec{.count = 300, .width = 7, .codes = 3};
    return spec;
  }
  CodedWords() : model_(Spec()) {
    std::iota(model_.data<uint32_t>(kWordHashes), model_.data<uint32_t>(kWordHashes) + 300, 7u);
    EXPECT_TRUE(model_.view().Validate().ok()) << model_.view().Validate().message();
  }
  /// The codewords one after the other, cut.
  Row PlainRow(uint32_t word) {
    Row row;
    for (uint32_t j = 0; j < 3; ++j) {
      const size_t code = model_.data<uint8_t>(kWordCodes)[word * 3 + j];
      const float* from = model_.data<float>(kWordCodebooks) + (j * 256 + code) * 3;
      row.insert(row.end(), from, from + 3);
    }
    row.resize(7);
    return row;
  }

  TestModel model_;
};

TEST_F(CodedWords, ADirectionIsTheRowLessTheMean) {
  const WordVectors words(model_.view());
  for (uint32_t word = 0; word < 300; ++word) {
    Row row = PlainRow(word), added(7), direction(7);
    words.AddRow(word, 1.0f, added);
    EXPECT_EQ(added, row);
    double squares = 0;
    for (size_t d = 0; d < 7; ++d) {
      row[d] -= model_.data<float>(kWordMean)[d];
      squares += row[d] * row[d];
    }
    for (float& value : row) value = static_cast<float>(value / std::sqrt(squares));
    ASSERT_TRUE(words.Direction(word, direction));
    ExpectNear(direction, row);
  }
}

TEST_F(CodedWords, CosinesAreThoseOfTheDirections) {
  WordVectors words(model_.view());
  std::vector<uint32_t> list(300);
  std::iota(list.rbegin(), list.rend(), 0u);
  list.push_back(17);  // once more
  std::vector<float> cosines(list.size());
  for (const uint32_t asked : {0u, 5u, 299u}) {
    Row direction(7), other(7);
    ASSERT_TRUE(words.Direction(asked, direction));
    words.Cosines(direction, list, cosines);
    for (size_t i = 0; i < list.size(); ++i) {
      ASSERT_TRUE(words.Direction(list[i], other));
      const double plain = std::inner_product(other.begin(), other.end(), direction.begin(), 0.0);
      EXPECT_NEAR(cosines[i], plain, 1e-6) << list[i];
    }
    EXPECT_NEAR(cosines[299 - asked], 1.0, 1e-6);
  }
  words.Cosines(Row(7), {}, {});
}

TEST(WordVectors, AWordThatIsTheMeanHasNoDirection) {
  WordModel model(kFour);
  model.Set<float>(kWordMean, {0, 1});
  WordVectors words(model.view());
  const uint32_t drama = *words.Find("drama"), war = *words.Find("war");
  Row direction(2);
  EXPECT_FALSE(words.Direction(drama, direction));
  ASSERT_TRUE(words.Direction(war, direction));
  ExpectNear(direction, {0, -1});
  Row cosines(2, 7.0f);
  words.Cosines(direction, std::vector{drama, war}, cosines);
  ExpectNear(cosines, {0, 1});
}

TEST(WordVectors, NumbersThatOverflowGiveNoMean) {
  WordModel model(kFour);
  constexpr float kHuge = std::numeric_limits<float>::max();
  model.Set<float>(kWordCodebooks, Row(8, kHuge));
  model.Set<float>(kWordMean, {-kHuge, -kHuge});
  EXPECT_TRUE(MeanOf(model, "star drama").empty());
  WordVectors words(model.view());
  Row direction = {0, 1}, cosines(1, 7.0f);
  words.Cosines(direction, std::vector{0u}, cosines);
  EXPECT_EQ(cosines[0], 0.0f);
  EXPECT_FALSE(words.Direction(0, direction));
}

void ExpectDamaged(WordModel& model) {
  EXPECT_EQ(
      model.view().Validate().message(),
      std::string("word_vectors: hashes are not ascending or codes too large") + kDamagedFile);
}

TEST(WordVectors, AModelWhoseWordsAreOutOfOrderIsDamaged) {
  WordModel model(kFour);
  uint32_t* hashes = model.data<uint32_t>(kWordHashes);
  std::swap(hashes[1], hashes[2]);
  ExpectDamaged(model);
  hashes[1] = hashes[2];
  ExpectDamaged(model);
}

TEST(WordVectors, ACodeWithoutACodewordIsDamage) {
  WordModel model(kFour);
  model.data<uint8_t>(kWordCodes)[5] = 4;
  ExpectDamaged(model);
}

TEST(WordVectors, AnInfiniteCodewordIsDamage) {
  WordModel model(kFour);
  model.data<float>(kWordCodebooks)[3] = std::numeric_limits<float>::infinity();
  EXPECT_NE(model.view().Validate().message().find("word_vectors.codebooks: value 3"),
            std::string::npos);
}

TEST(WordVectors, CodesBeyondTheNumbersStandForNothing) {
  ModelSpec spec = SpecOfWords(kFour, 3, TinySpec());
  EXPECT_TRUE(spec.Validate().ok());
  WordModel model(kFour, 3), usual(kFour);
  EXPECT_EQ(MeanOf(model, "star drama"), MeanOf(usual, "star drama"));
  spec.word_vectors->codes = 0;
  EXPECT_FALSE(spec.Validate().ok());
  spec.word_vectors->codes = 2;
  spec.word_vectors->weight_step = 0;
  EXPECT_FALSE(spec.Validate().ok());
}

}  // namespace
}  // namespace tsugi
