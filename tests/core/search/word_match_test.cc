#include "core/search/word_match.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/model/model_view.h"
#include "tests/core/test_model.h"

namespace tsugi {
namespace {

TEST(MatchOfWords, IsLessForBeginningsAndTypingErrors) {
  EXPECT_EQ(MatchOfWords("toy", "toy"), 1.0f);
  EXPECT_EQ(MatchOfWords("vamp", "vampire"), 0.75f);
  EXPECT_EQ(MatchOfWords("vampire", "vamp"), 0.0f) << "the other way around";
  EXPECT_FLOAT_EQ(MatchOfWords("tom", "tomatoes"), 0.75f * 2 * 3 / 8) << "less than half of it";
  for (const char* mistyped : {"vampyre", "vampir", "vampiree", "vmapire", "vampier", "vaampire"}) {
    EXPECT_GE(MatchOfWords(mistyped, "vampire"), 0.6f) << mistyped;
    EXPECT_LT(MatchOfWords(mistyped, "vampire"), 1.0f) << mistyped;
  }
  for (const char* other : {"umpire", "ampire", "vampyra", "vire", "", "v"}) {
    EXPECT_EQ(MatchOfWords(other, "vampire"), 0.0f) << other;
  }
  EXPECT_EQ(MatchOfWords("wer", "war"), 0.0f) << "too short to be mistyped";
  EXPECT_EQ(MatchOfWords("ship", "shop", false), 0.0f) << "no typing error";
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
  std::vector<float> Match(std::string_view asked) {
    std::vector<float> matches(4 + added_->count(), -1.0f);
    const size_t found = match_->Match(asked, kEverybody, true, matches);
    EXPECT_EQ(found, std::count_if(matches.begin(), matches.end(), [](float m) { return m > 0; }));
    return matches;
  }

  std::unique_ptr<TestModel> model_;
  StringTable titles_, names_;
  std::vector<uint32_t> offsets_ = {0, 0, 1, 2, 3}, attributes_ = {0, 1, 1};
  std::unique_ptr<AddedItems> added_;
  std::unique_ptr<WordMatch> match_;
};

TEST_F(WordMatchTest, FindsWordsOfTitlesInAnyCaseTheFewerOthersTheBetter) {
  const auto story = Match("story");
  EXPECT_FLOAT_EQ(story[0], 1.0f + 0.1f / 2);
  EXPECT_FLOAT_EQ(story[1], 1.0f + 0.1f / 3);
  EXPECT_EQ(story[2], 0.0f);
  EXPECT_EQ(story[3], 0.0f);
  EXPECT_FLOAT_EQ(Match("the")[2], 1.0f + 0.1f / 5);
}

TEST_F(WordMatchTest, FindsValuesOfAttributesAndNotTheirFields) {
  EXPECT_FLOAT_EQ(Match("fi")[1], 1.0f + 0.1f / 2);
  EXPECT_EQ(Match("genres"), (std::vector<float>{0, 0, 0, 0}));
  const auto war = Match("war");
  EXPECT_FLOAT_EQ(war[3], 1.1f) << "the whole value";
  EXPECT_EQ(war[2], war[3]) << "more than in its long title";
}

TEST_F(WordMatchTest, FindsAddedItems) {
  const std::string_view attributes[] = {"genres=Noir", "year=1999"};
  ASSERT_TRUE(added_->Add({"new", {"Harbour", attributes}}, kEverybody).ok());
  EXPECT_GT(Match("harbour")[4], 1.0f);
  EXPECT_FLOAT_EQ(Match("noir")[4], 1.1f);
  EXPECT_FLOAT_EQ(Match("1999")[4], 1.1f);
  EXPECT_EQ(Match("year")[4], 0.0f);
}

TEST_F(WordMatchTest, AnotherVisitorsItemIsNotFound) {
  ASSERT_TRUE(added_->Add({"hers", {"Toy harbour", {}}}, 1).ok());
  EXPECT_EQ(Match("harbour")[4], 0.0f);
  EXPECT_EQ(Match("toy")[4], 0.0f);
}

TEST_F(WordMatchTest, ReadsAnyBytes) {
  const std::vector<float> nothing(4);
  EXPECT_EQ(Match(std::string(10'000, 'x')), nothing);
  EXPECT_EQ(Match("\xff\xfe\xe6\xac"), nothing);
}

TEST(WordMatchOfModelsWithoutText, FindsNothing) {
  TestModel model(TinySpec());
  const AddedItems added(model.view());
  const WordMatch match(model.view(), added);
  std::vector<float> matches(model.view().spec.item_count, -1.0f);
  EXPECT_EQ(match.Match("toy", kEverybody, true, matches), 0u);
  EXPECT_EQ(matches, std::vector<float>(matches.size()));
}

}  // namespace
}  // namespace tsugi
