#include "native/word_vectors/word_vector_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "core/parts/word_vectors/word_vectors.h"
#include "native/dataset/import.h"
#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

/// Four films of two genres, and words in the plane: film things lie north, food east. With
/// "others", the words have nothing in common.
class WordVectorTableTest : public testing::Test {
 protected:
  WordVectorTableTest() {
    ImportOptions options;
    options.events = {files_.Write("log.csv", "user,item\na,1\na,2\na,3\na,4\n")};
    options.items = files_.Write("items.csv",
                                 "id,title,genres\n1,Star War,Space\n2,The War,Space\n"
                                 "3,The Soup,Food\n4,!,\n");
    options.words = files_.Write("words.txt",
                                 "the 2 2\nnothing 0 0\nwar 0 5\nfood 3 0\nsoup 4 3\nstar -1 1\n"
                                 "planet -2 2\nothers -6 -13\n");
    options.min_count = 1;
    options.out = files_.path("data");
    const auto imported = ImportLog(options);
    EXPECT_TRUE(imported.ok()) << imported.status().message();
    data_.emplace(*Dataset::Open(options.out));
    table_.emplace(WordVectorTable::Make(*data_));
  }
  uint32_t NumberOf(std::string_view word) const { return *WordVectors(table_->View()).Find(word); }
  float WeightOf(std::string_view word) const {
    return WordVectors(table_->View()).Weight(NumberOf(word));
  }

  TempFiles files_;
  std::optional<Dataset> data_;
  std::optional<WordVectorTable> table_;
};

TEST_F(WordVectorTableTest, RowsAreThoseOfTheirWords) {
  EXPECT_EQ(table_->spec.count, 8u);
  EXPECT_EQ(table_->spec.width, 2u);
  const ModelView view = table_->View();
  const auto expect_row = [&](std::string_view word, float x, float y) {
    float row[2] = {0, 0};
    WordVectors(view).AddRow(NumberOf(word), 1.0f, row);
    EXPECT_NEAR(row[0], x, 1e-6) << word;
    EXPECT_NEAR(row[1], y, 1e-6) << word;
  };
  expect_row("war", 0, 1);
  expect_row("soup", 0.8f, 0.6f);
  expect_row("star", -std::sqrt(0.5f), std::sqrt(0.5f));
  expect_row("nothing", 0, 0);
}

TEST_F(WordVectorTableTest, RareWordsWeighMoreAndWordsOfNoItemMost) {
  const double half_a_step = table_->spec.weight_step / 2 + 1e-6;
  EXPECT_NEAR(table_->spec.weight_step, std::log(5.0) / 255, 1e-6);
  EXPECT_NEAR(WeightOf("war"), std::log(1.0 + 4.0 / 2.0), half_a_step);
  EXPECT_NEAR(WeightOf("the"), std::log(1.0 + 4.0 / 2.0), half_a_step);
  EXPECT_NEAR(WeightOf("star"), std::log(1.0 + 4.0), half_a_step);
  EXPECT_EQ(WeightOf("planet"), WeightOf("star"));  // in no title
}

// Two genres of three films are too few for attributes, so they are no words of the films.
TEST_F(WordVectorTableTest, TheMeanIsThatOfTheItemsWithKnownWords) {
  EXPECT_EQ(table_->known_items, 3u);
  const double two = WeightOf("the"), one = WeightOf("star"), diagonal = std::sqrt(0.5);
  // u of the films 1, 2 and 3.
  const double x = -one * diagonal / (one + two) + two * diagonal / (two + two) +
                   (two * diagonal + one * 0.8) / (two + one);
  const double y = (one * diagonal + two) / (one + two) + (two * diagonal + two) / (two + two) +
                   (two * diagonal + one * 0.6) / (two + one);
  EXPECT_NEAR(table_->mean[0], x / 3, 1e-6);
  EXPECT_NEAR(table_->mean[1], y / 3, 1e-6);
}

TEST_F(WordVectorTableTest, AWordThatStandsInNoTitleIsNearThoseThatMeanTheSame) {
  const ModelView view = table_->View();
  WordVectors words(view);
  const auto cosine = [&](std::string_view a, std::string_view b) {
    float left[2], right[2];
    EXPECT_TRUE(words.Mean(a, {}, left));
    EXPECT_TRUE(words.Mean(b, {}, right));
    return left[0] * right[0] + left[1] * right[1];
  };
  EXPECT_GT(cosine("planet", "Star War"), 0.9f);
  EXPECT_LT(cosine("planet", "The Soup"), 0.0f);
}

}  // namespace
}  // namespace tsugi
