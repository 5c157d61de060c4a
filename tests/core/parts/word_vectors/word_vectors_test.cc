#include "core/parts/word_vectors/word_vectors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/parts/word_vectors/word_vectors_spec.h"
#include "tests/core/test_model.h"

namespace tsugi {
namespace {

constexpr size_t kWidth = 2;

ModelSpec WordSpec(DType dtype = DType::kF32) {
  ModelSpec spec = TinySpec();
  spec.word_vectors = WordVectorsSpec{.count = 4, .width = kWidth};
  spec.weight_dtype = dtype;
  return spec;
}

/// Four words: caf\xC3\xA9 east, drama north, star north-east (0.6, 0.8), war south.
class WordModel : public TestModel {
 public:
  explicit WordModel(DType dtype = DType::kF32) : TestModel(WordSpec(dtype)) {
    SetStrings(kWordStrings, {"caf\xC3\xA9", "drama", "star", "war"});
    if (dtype == DType::kI8) {
      Set<int8_t>(kWordRows, {100, 0, 0, 100, 60, 80, 0, -100});
      Set<float>("word_vectors.rows.scales", {0.01f, 0.01f, 0.01f, 0.01f});
    } else {
      Set<float>(kWordRows, {1, 0, 0, 1, 0.6f, 0.8f, 0, -1});
    }
    Set<float>(kWordWeights, {2, 1, 3, 1});
    Set<float>(kWordMean, {0, 0});
    EXPECT_TRUE(view().Validate().ok()) << view().Validate().message();
  }
};

using Row = std::vector<float>;

/// m of a text; empty if there is none.
Row MeanOf(WordModel& model, std::string_view text, std::vector<std::string_view> attributes = {}) {
  Row mean(kWidth);
  return WordVectors(model.view()).Mean(text, attributes, mean) ? mean : Row();
}

void ExpectNear(const Row& actual, const Row& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t d = 0; d < actual.size(); ++d) EXPECT_NEAR(actual[d], expected[d], 1e-6) << d;
}

TEST(WordVectors, FindsEveryWordAndNoOther) {
  WordModel model;
  const WordVectors words(model.view());
  EXPECT_EQ(words.count(), 4u);
  EXPECT_EQ(words.width(), kWidth);
  EXPECT_EQ(words.Find("caf\xC3\xA9"), 0u);
  EXPECT_EQ(words.Find("drama"), 1u);
  EXPECT_EQ(words.Find("star"), 2u);
  EXPECT_EQ(words.Find("war"), 3u);
  for (const char* other : {"", "a", "cafe", "dram", "dramas", "Star", "stars", "zoo", "\xFF"}) {
    EXPECT_FALSE(words.Find(other)) << other;
  }
}

TEST(WordVectors, AMeanHasLengthOneAndCountsWordsByTheirWeight) {
  WordModel model;
  ExpectNear(MeanOf(model, "Drama"), {0, 1});
  // 2 (1, 0) + 1 (0, 1)
  ExpectNear(MeanOf(model, "a DRAMA: caf\xC3\xA9"), {2 / std::sqrt(5.0f), 1 / std::sqrt(5.0f)});
}

TEST(WordVectors, WordsCountOnceAndInAnyOrder) {
  WordModel model;
  EXPECT_EQ(MeanOf(model, "star war star drama"), MeanOf(model, "Drama, War; star"));
}

TEST(WordVectors, ValuesOfAttributesAreWordsAndTheirFieldsAreNot) {
  WordModel model;
  EXPECT_EQ(MeanOf(model, "star", {"genres=Drama", "year=1999"}), MeanOf(model, "star drama"));
  EXPECT_EQ(MeanOf(model, "", {"war=drama|star"}), MeanOf(model, "drama star"));
}

TEST(WordVectors, TheMeanOfTheCatalogueIsTakenAwayBeforeTheLengthIsOne) {
  WordModel model;
  model.Set<float>(kWordMean, {0.5f, 0.5f});
  ExpectNear(MeanOf(model, "drama"), {-std::sqrt(0.5f), std::sqrt(0.5f)});
  Row plain(kWidth);
  ASSERT_TRUE(WordVectors(model.view()).PlainMean("drama war caf\xC3\xA9", {}, plain));
  ExpectNear(plain, {0.5f, 0});
}

TEST(WordVectors, UnknownWordsSayNothing) {
  WordModel model;
  EXPECT_EQ(MeanOf(model, "a star of the silver screen"), MeanOf(model, "star"));
  for (const char* text : {"", " ?! ", "silver screens", "stars"}) {
    EXPECT_TRUE(MeanOf(model, text).empty()) << text;
  }
  // Two words that cancel each other out, or the catalogue's mean: no direction is left.
  EXPECT_TRUE(MeanOf(model, "drama war").empty());
  model.Set<float>(kWordMean, {0, 1});
  EXPECT_TRUE(MeanOf(model, "drama").empty());
}

TEST(WordVectors, Int8RowsMeanWhatTheirScalesSay) {
  WordModel f32, int8(DType::kI8);
  ExpectNear(MeanOf(int8, "star caf\xC3\xA9"), MeanOf(f32, "star caf\xC3\xA9"));
}

TEST(WordVectors, NumbersThatOverflowGiveNoMean) {
  WordModel model;
  constexpr float kHuge = std::numeric_limits<float>::max();
  model.Set<float>(kWordRows, {kHuge, kHuge, kHuge, kHuge, kHuge, kHuge, kHuge, kHuge});
  model.Set<float>(kWordMean, {-kHuge, -kHuge});
  EXPECT_TRUE(MeanOf(model, "star drama").empty());
  model.Set<float>(kWordWeights, {-1, 0, 0, 1});
  EXPECT_TRUE(MeanOf(model, "drama").empty());
  EXPECT_TRUE(MeanOf(model, "caf\xC3\xA9 war").empty());
}

TEST(WordVectors, AModelWhoseWordsAreOutOfOrderIsDamaged) {
  WordModel model;
  model.SetStrings(kWordStrings, {"drama", "caf\xC3\xA9", "star", "war"});
  EXPECT_NE(model.view().Validate().message().find("word_vectors.words: entry 1"),
            std::string::npos);
  model.SetStrings(kWordStrings, {"drama", "star", "war"});
  EXPECT_FALSE(model.view().Validate().ok());
  model.view().SetStrings(kWordStrings, {});
  EXPECT_FALSE(model.view().Validate().ok());
}

}  // namespace
}  // namespace tsugi
