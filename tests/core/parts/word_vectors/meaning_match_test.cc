#include "core/parts/word_vectors/meaning_match.h"

#include <gtest/gtest.h>

#include "core/search/search_ranker.h"
#include "tests/core/parts/word_vectors/word_model.h"

namespace tsugi {
namespace {

constexpr uint32_t kItems = 4;

ModelSpec SpecWithTower() {
  ModelSpec spec = TinySpec();
  spec.item_count = kItems;
  spec.item_tower = ItemTowerSpec{.features = 64};
  return spec;
}

/// "warship" points where "vessel" does, nearly; "galaxy" away from both.
class MeaningMatchTest : public testing::Test {
 protected:
  MeaningMatchTest()
      : model_({{"vessel", {1, 0}},
                {"warship", {0.8f, 0.6f}},
                {"galaxy", {0, 1}},
                {"love", {-1, 0}},
                {"desert", {0, -1}}},
               2, SpecWithTower()) {
    model_.SetStrings(kItemTitleStrings, {"The WARSHIP", "Love", "", "Vessels"});
    model_.SetAttributes({"genres=Galaxy"}, {{}, {}, {0}, {}});
    added_ = std::make_unique<AddedItems>(model_.view());
    meaning_ = std::make_unique<MeaningMatch>(model_.view(), *added_);
  }
  /// Empty if the meaning is not known.
  std::vector<float> Match(std::string_view asked) {
    std::vector<float> matches(kItems + added_->count(), -1.0f);
    meaning_->ReadItems();
    if (!meaning_->Match(asked, matches)) return {};
    return matches;
  }

  WordModel model_;
  std::unique_ptr<AddedItems> added_;
  std::unique_ptr<MeaningMatch> meaning_;
};

TEST_F(MeaningMatchTest, AnItemMatchesByItsNearestWord) {
  const auto vessel = Match("vessel");
  ASSERT_EQ(vessel.size(), kItems);
  EXPECT_NEAR(vessel[0], 0.9 * (0.8 - 0.35) / (1 - 0.35), 1e-5);
  EXPECT_EQ(vessel[1], 0.0f) << "the opposite";
  EXPECT_EQ(vessel[2], 0.0f);
  EXPECT_EQ(vessel[3], 0.0f) << "words of items stand as they are in the file, or not";
  EXPECT_NEAR(Match("warship")[0], 0.9, 1e-5) << "less than a literal match";
}

TEST_F(MeaningMatchTest, ValuesOfAttributesHaveAMeaningToo) {
  const auto warship = Match("warship");
  EXPECT_NEAR(warship[2], 0.9 * (0.6 - 0.25) / (1 - 0.25), 1e-5) << "of a whole kind of items";
}

TEST_F(MeaningMatchTest, AWordIsReadAsItsKnownBeginning) {
  EXPECT_EQ(Match("vessels"), Match("vessel"));
  EXPECT_TRUE(Match("qzxwv").empty());
  EXPECT_TRUE(meaning_->Knows("vessel"));
  EXPECT_FALSE(meaning_->Knows("vessels"));
}

TEST_F(MeaningMatchTest, ItemsThatWereAddedHaveAMeaning) {
  const std::string_view attributes[] = {"genres=Galaxy"};
  ASSERT_TRUE(added_->Add({"new", {"Warship", attributes}}, kEverybody).ok());
  const auto vessel = Match("vessel");
  EXPECT_EQ(vessel[kItems], vessel[0]);
  EXPECT_NEAR(Match("galaxy")[kItems], 0.9, 1e-5);
}

TEST_F(MeaningMatchTest, ASearchFindsWhatHoldsNoneOfItsWords) {
  const auto table = TableRanker::Create(model_.view(), *added_).value();
  SearchRanker ranker(model_.view(), *added_, *table, std::move(meaning_));
  std::vector<float> fit(kItems);
  EXPECT_EQ(ranker.Fit("vessel qzxwv", kEverybody, fit), 1u);
  EXPECT_GT(fit[3], fit[0]) << "\"vessels\" begins with the word";
  EXPECT_GT(fit[0], 0.5f);
  EXPECT_NEAR(fit[1], 0.0f, 1e-6);
  // A word of the language is no typing error of another.
  EXPECT_EQ(ranker.Fit("lave", kEverybody, fit), 1u);
  EXPECT_GT(fit[1], 0.5f);
}

TEST_F(MeaningMatchTest, AKnownWordThatIsNearNoItemHasNoWeight) {
  const auto table = TableRanker::Create(model_.view(), *added_).value();
  SearchRanker ranker(model_.view(), *added_, *table, std::move(meaning_));
  std::vector<float> alone(kItems), fit(kItems);
  ASSERT_EQ(ranker.Fit("vessel", kEverybody, alone), 1u);
  EXPECT_EQ(ranker.Fit("vessel desert", kEverybody, fit), 1u) << "of it nothing is near";
  EXPECT_EQ(fit, alone);
}

}  // namespace
}  // namespace tsugi
