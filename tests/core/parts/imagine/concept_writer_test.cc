#include "core/parts/imagine/concept_writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <sstream>

#include "tests/core/parts/imagine/imagine_model.h"

namespace tsugi {
namespace {

class ConceptWriterTest : public testing::Test {
 protected:
  ConceptWriterTest() : row_(std::move(AlignedBuffer<float>::Create(8)).value()) {
    for (size_t d = 0; d < 8; ++d) row_.data()[d] = d == 0 ? 1.0f : 0.0f;
  }
  ConceptWriter Writer() { return std::move(ConceptWriter::Create(model_.view())).value(); }
  /// Makes attribute a's logit exactly `logits[a]`, whatever the row.
  void SetLogits(std::vector<float> logits) {
    model_.model().Set("imagine.concept.attributes.weight", std::vector<float>(32));
    model_.model().Set("imagine.concept.attributes.bias", std::move(logits));
  }

  ImagineModel model_;
  AlignedBuffer<float> row_;
};

TEST_F(ConceptWriterTest, NamesWhatIsLikelyAndEachFieldsLikeliest) {
  SetLogits({2.0f, 1.0f, -3.0f, -1.0f});
  std::vector<ConceptAttribute> attributes;
  ASSERT_TRUE(Writer().Attributes(row_.data(), attributes).ok());
  ASSERT_EQ(attributes.size(), 3u);
  EXPECT_EQ(attributes[0].index, 0u);
  EXPECT_NEAR(attributes[0].probability, 1.0 / (1.0 + std::exp(-2.0)), 1e-6);
  EXPECT_EQ(attributes[1].index, 1u);
  EXPECT_EQ(attributes[2].index, 3u);  // unlikely, but no year is likelier
}

TEST_F(ConceptWriterTest, WritesDifferentWordsTheSameForASeed) {
  auto writer = Writer();
  std::set<std::string> titles;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const auto title = writer.Title(row_.data(), seed);
    ASSERT_TRUE(title.ok());
    EXPECT_EQ(*title, *writer.Title(row_.data(), seed));
    std::istringstream words(*title);
    std::set<std::string> seen;
    size_t count = 0;
    for (std::string word; words >> word; ++count) seen.insert(word);
    EXPECT_EQ(seen.size(), count) << *title;
    EXPECT_GE(count, 2u) << *title;
    EXPECT_LE(count, 6u) << *title;
    titles.insert(*title);
  }
  EXPECT_GT(titles.size(), 3u);
}

TEST_F(ConceptWriterTest, FollowsTheWordsBefore) {
  // Only the word before counts, and word w asks for word w + 5.
  auto& model = model_.model();
  const size_t width = kTitleWidth;
  std::vector<float> words(24 * width), order(kTitleContext * width);
  for (size_t w = 0; w < 24; ++w) {
    words[w * width + w] = 1.0f;
    if (w >= 5) words[w * width + w - 5] = 10.0f;
  }
  std::fill(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(width), 1.0f);
  model.Set("imagine.concept.words.weight", words);
  model.Set("imagine.concept.words.bias", std::vector<float>(24));
  model.Set("imagine.concept.title.weight", std::vector<float>(width * 8));
  model.Set("imagine.concept.title.bias", std::vector<float>(width));
  model.Set("imagine.concept.title_order", order);
  const auto title = Writer().Title(row_.data(), 3);
  ASSERT_TRUE(title.ok());
  EXPECT_EQ(title->substr(0, 26), "word5 word10 word15 word20") << *title;
}

TEST_F(ConceptWriterTest, NeverPutsCommonWordsSideBySideOrLast) {
  auto writer = Writer();  // of 24 words the first three are common
  const std::set<std::string> common = {"word1", "word2", "word3"};
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    std::istringstream title(*writer.Title(row_.data(), seed));
    bool was_common = false;
    size_t count = 0;
    for (std::string word; title >> word; ++count) {
      EXPECT_FALSE(was_common && common.contains(word));
      was_common = common.contains(word);
    }
    if (count < 6) {
      EXPECT_FALSE(was_common);
    }
  }
}

TEST_F(ConceptWriterTest, AModelWithoutWordsOrAttributesSaysNothing) {
  ModelSpec spec = TinySpec();
  spec.normalize_hidden = true;
  spec.imagine = ImagineSpec{.width = 4, .blocks = 1};
  TestModel bare(spec);
  auto writer = std::move(ConceptWriter::Create(bare.view())).value();
  std::vector<ConceptAttribute> attributes;
  EXPECT_TRUE(writer.Attributes(row_.data(), attributes).ok());
  EXPECT_TRUE(attributes.empty());
  EXPECT_EQ(*writer.Title(row_.data(), 1), "");
}

}  // namespace
}  // namespace tsugi
