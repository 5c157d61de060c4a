#include "core/parts/semantic_ids/word_match.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "core/model/model_view.h"
#include "tests/core/test_model.h"

namespace tsugi {
namespace {

TEST(MatchOfWords, IsLessForBeginningsAndTypingErrors) {
  EXPECT_EQ(MatchOfWords("toy", "toy"), 1.0f);
  EXPECT_EQ(MatchOfWords("vamp", "vampire"), 0.75f);
  EXPECT_EQ(MatchOfWords("vampire", "vamp"), 0.0f) << "the other way around";
  for (const char* mistyped : {"vampyre", "vampir", "vampiree", "vmapire", "vampier", "vaampire"}) {
    EXPECT_GE(MatchOfWords(mistyped, "vampire"), 0.6f) << mistyped;
    EXPECT_LT(MatchOfWords(mistyped, "vampire"), 1.0f) << mistyped;
  }
  for (const char* other : {"umpire", "ampire", "vampyra", "vire", "", "v"}) {
    EXPECT_EQ(MatchOfWords(other, "vampire"), 0.0f) << other;
  }
  EXPECT_EQ(MatchOfWords("wer", "war"), 0.0f) << "too short to be mistyped";
  EXPECT_EQ(MatchOfWords("a", "a"), 1.0f);
  EXPECT_EQ(MatchOfWords("", ""), 1.0f);
}

class WordMatchTest : public testing::Test {
 protected:
  WordMatchTest() {
    ModelSpec spec = TinySpec();
    spec.item_tower = ItemTowerSpec{.features = 64};
    spec.item_count = 4;
    model_ = std::make_unique<TestModel>(spec);
    for (const char* title : {"Toy Story", "Toy Story 2", "The WAR of the Toys", ""}) {
      titles_.Append(title);
    }
    for (const char* name : {"genres=Sci-Fi", "genres=War"}) names_.Append(name);
    ModelView& view = model_->view();
    view.SetStrings(kItemTitleStrings, titles_.View());
    view.SetStrings(kAttributeStrings, names_.View());
    view.item_attribute_offsets = offsets_;
    view.item_attributes = attributes_;
    added_ = std::make_unique<AddedItems>(view);
    match_ = std::make_unique<WordMatch>(view, *added_);
  }
  std::vector<float> Score(std::string_view query) {
    std::vector<float> shares(4 + added_->count(), -1.0f);
    match_->Score(query, kEverybody, shares);
    return shares;
  }

  std::unique_ptr<TestModel> model_;
  StringTable titles_, names_;
  std::vector<uint32_t> offsets_ = {0, 0, 1, 2, 3}, attributes_ = {0, 1, 1};
  std::unique_ptr<AddedItems> added_;
  std::unique_ptr<WordMatch> match_;
};

TEST_F(WordMatchTest, FindsWordsOfTitlesInAnyCaseTheFewerOthersTheBetter) {
  const auto shares = Score("STORY");
  EXPECT_FLOAT_EQ(shares[0], 1.0f + 0.1f / 2);
  EXPECT_FLOAT_EQ(shares[1], 1.0f + 0.1f / 3);
  EXPECT_EQ(shares[2], 0.0f);
  EXPECT_EQ(shares[3], 0.0f);
}

TEST_F(WordMatchTest, FindsValuesOfAttributesAndNotTheirFields) {
  EXPECT_EQ(Score("fi"), (std::vector<float>{0, 1, 0, 0}));
  EXPECT_EQ(Score("genres"), (std::vector<float>{0, 0, 0, 0}));
  const auto shares = Score("war");
  EXPECT_EQ(shares[3], 1.0f);
  EXPECT_GT(shares[2], 1.0f) << "in the title too";
}

TEST_F(WordMatchTest, ARareWordCountsForMore) {
  const auto shares = Score("toy war");
  const double toy = 1 + std::log(5.0 / 4.0), war = 1 + std::log(5.0 / 3.0);
  EXPECT_NEAR(shares[0], toy / (toy + war) * (1 + 0.1 / 2), 1e-5);
  EXPECT_NEAR(shares[3], war / (toy + war), 1e-5);
  EXPECT_GT(shares[2], 0.7f);
}

TEST_F(WordMatchTest, FindsAddedItems) {
  const std::string_view attributes[] = {"genres=Noir", "year=1999"};
  ASSERT_TRUE(added_->Add({"new", {"Harbour", attributes}}, kEverybody).ok());
  EXPECT_GT(Score("harbour")[4], 1.0f);
  EXPECT_EQ(Score("noir")[4], 1.0f);
  EXPECT_EQ(Score("1999")[4], 1.0f);
  EXPECT_EQ(Score("year")[4], 0.0f);
}

TEST_F(WordMatchTest, AnotherVisitorsItemIsNotFoundAndChangesNoWeight) {
  const auto before = Score("toy war");
  ASSERT_TRUE(added_->Add({"hers", {"Toy harbour", {}}}, 1).ok());
  EXPECT_EQ(Score("harbour")[4], 0.0f);
  const auto after = Score("toy war");
  EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin()));
}

TEST_F(WordMatchTest, ReadsAnyBytes) {
  const std::vector<float> nothing(4);
  EXPECT_EQ(Score(""), nothing);
  EXPECT_EQ(Score(" ?! "), nothing);
  EXPECT_EQ(Score(std::string(10'000, 'x')), nothing);
  EXPECT_EQ(Score("\xff\xfe \xe6\xac"), nothing);
  const auto long_query = Score("a b c d e f g h toy");  // the ninth word is not looked for
  EXPECT_EQ(long_query[0], 0.0f);
}

TEST(WordMatchOfModelsWithoutText, FindsNothing) {
  TestModel model(TinySpec());
  const AddedItems added(model.view());
  WordMatch match(model.view(), added);
  std::vector<float> shares(model.view().spec.item_count, -1.0f);
  match.Score("toy", kEverybody, shares);
  EXPECT_EQ(shares, std::vector<float>(shares.size()));
}

}  // namespace
}  // namespace tsugi
