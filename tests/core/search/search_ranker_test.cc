#include "core/search/search_ranker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "core/model/model_view.h"
#include "core/search/word_match.h"
#include "tests/core/test_model.h"

namespace tsugi {
namespace {

constexpr size_t kItems = 4;

/// Four items: "Toy Story", "Toy Story 2" (Sci-Fi), "The WAR of the Toys" (War), "" (War).
class FourItems : public testing::Test {
 protected:
  FourItems() {
    ModelSpec spec = TinySpec();
    spec.item_tower = ItemTowerSpec{.features = 64};
    spec.item_count = kItems;
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
  }

  std::unique_ptr<TestModel> model_;
  StringTable titles_, names_;
  std::vector<uint32_t> offsets_ = {0, 0, 1, 2, 3}, attributes_ = {0, 1, 1};
  std::unique_ptr<AddedItems> added_;
};

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

class WordMatchTest : public FourItems {
 protected:
  std::vector<float> Match(std::string_view asked) {
    std::vector<float> matches(kItems + added_->count(), -1.0f);
    const size_t found = match_.Match(asked, kEverybody, true, matches);
    EXPECT_EQ(found, std::count_if(matches.begin(), matches.end(), [](float m) { return m > 0; }));
    return matches;
  }

  const WordMatch match_{model_->view(), *added_};
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

class SearchRankerTest : public FourItems {
 protected:
  SearchRankerTest() {
    table_ = TableRanker::Create(model_->view(), *added_).value();
    ranker_ = std::make_unique<SearchRanker>(model_->view(), *added_, *table_);
    query_.resize(model_->view().spec.row_width());
  }

  void Add(std::string_view id, std::string_view title, ItemOwner owner) {
    ASSERT_TRUE(added_->Add({id, {title, {}}}, owner).ok());
    table_->TakeInAddedItems();
  }
  std::vector<float> Fit(std::string_view words, ItemOwner viewer = kEverybody) {
    std::vector<float> fit(kItems + added_->count(), -1.0f);
    understood_ = ranker_->Fit(words, viewer, fit);
    return fit;
  }
  Result<std::vector<uint32_t>> Top(std::string_view words, uint64_t blocked = 0,
                                    std::span<const uint32_t> session = {}) {
    RecommendOptions options;
    options.query = words;
    std::unique_ptr<SessionPart> part;
    TSUGI_ASSIGN_OR_RETURN(const auto list,
                           ranker_->Top({query_.data(), session, {}, options, kEverybody, part},
                                        std::span(&blocked, 1), kItems + added_->count()));
    std::vector<uint32_t> items;
    for (const ScoredItem& one : list) items.push_back(one.item_index);
    return items;
  }

  std::unique_ptr<TableRanker> table_;
  std::unique_ptr<SearchRanker> ranker_;
  std::vector<float> query_;
  size_t understood_ = 0;
};

TEST_F(SearchRankerTest, AFitIsTheDistanceFromFittingEveryWordWeightedByRarity) {
  const double toy = 1 + std::log(5.0 / 4.0), war = 1 + std::log(5.0 / 3.0);
  const double all = toy + war;
  const auto fit = Fit("toy WAR");
  EXPECT_EQ(understood_, 2u);
  EXPECT_NEAR(fit[0], 1 - std::sqrt(war / all) + toy * (0.1 / 2) / all, 1e-5);
  EXPECT_NEAR(fit[3], 1 - std::sqrt(toy / all) + war * 0.1 / all, 1e-5);
  // "toys" begins with "toy": three quarters, and a little more in a title of five words.
  const double begins = 0.75 * (1 + 0.1 / 5);
  EXPECT_NEAR(fit[2], 1 - std::sqrt(toy / all) * (1 - begins) + war * 0.1 / all, 1e-5);
}

TEST_F(SearchRankerTest, FittingBothWordsSomewhatIsBetterThanOneOfThem) {
  const auto fit = Fit("toy war");
  EXPECT_GT(fit[2], fit[0]);
  EXPECT_GT(fit[2], fit[3]);
}

TEST_F(SearchRankerTest, WordsThatNobodyUnderstandsHaveNoWeight) {
  const auto alone = Fit("war");
  EXPECT_EQ(Fit("war qzxwv"), alone);
  EXPECT_EQ(understood_, 1u);
  EXPECT_EQ(Fit("qzxwv"), std::vector<float>(kItems));
  EXPECT_EQ(understood_, 0u);
}

TEST_F(SearchRankerTest, AnswersNothingIfItUnderstoodNothing) {
  EXPECT_TRUE(Top("qzxwv").value().empty());
  EXPECT_TRUE(Top(" ?! ").value().empty());
  EXPECT_TRUE(Top("\xff\xfe \xe6\xac").value().empty());
  EXPECT_EQ(Top("").status().code(), StatusCode::kInvalidArgument);
}

TEST_F(SearchRankerTest, ItemsThatDoNotFitAreNoAnswer) {
  EXPECT_EQ(Top("story").value(), (std::vector<uint32_t>{0, 1}));
  EXPECT_EQ(Top("story", 0b1).value(), (std::vector<uint32_t>{1})) << "blocked items are left out";
  const std::string eight = "story story story story story story story story ";
  EXPECT_EQ(Top(eight + "war").value(), (std::vector<uint32_t>{0, 1})) << "the ninth is not read";
  EXPECT_EQ(Top("a b c d e f g h war").value(), (std::vector<uint32_t>{2, 3}))
      << "words that nobody understands do not count";
}

TEST_F(SearchRankerTest, AmongItemsThatFitAlikeTasteDecides) {
  EXPECT_EQ(Top("war").value(), (std::vector<uint32_t>{2, 3})) << "an empty session has none";
  const float* rows = model_->data<float>(kItemTable);
  const size_t width = query_.size();
  const std::vector<uint32_t> session = {1};
  for (size_t d = 0; d < width; ++d) query_[d] = rows[3 * width + d] - rows[2 * width + d];
  EXPECT_EQ(Top("war", 0, session).value(), (std::vector<uint32_t>{3, 2}));
  for (float& value : query_) value = -value;
  EXPECT_EQ(Top("war", 0, session).value(), (std::vector<uint32_t>{2, 3}));
}

TEST_F(SearchRankerTest, AnEmptySessionFindsWhatIsPopularFirst) {
  ModelSpec spec = model_->view().spec;
  spec.item_counts = ItemCountsSpec{};
  const std::vector<uint8_t> levels = {0, 0, 10, 200};
  ModelView& view = model_->view();
  view.spec = spec;
  view.tensors.emplace(kItemCountLevels,
                       TensorView{DType::kU8, Shape::Matrix(kItems, 1), levels.data()});
  ranker_ = std::make_unique<SearchRanker>(view, *added_, *table_);
  EXPECT_EQ(Top("war").value(), (std::vector<uint32_t>{3, 2}));
}

TEST_F(SearchRankerTest, AttributesThatGoWithAWordFitItALittle) {
  // Twenty items. The first five have "space" in their title and are science fiction, as are 5 and
  // 6; the others are war films.
  ModelSpec spec = TinySpec();
  spec.item_count = 20;
  TestModel model(spec);
  std::vector<std::string> titles(20, "Battle");
  std::vector<std::vector<uint32_t>> genres(20, {1});
  for (size_t i = 0; i < 7; ++i) {
    titles[i] = i < 5 ? "Space" : "Star";
    genres[i] = {0};
  }
  model.SetStrings(kItemTitleStrings, titles);
  model.SetAttributes({"genres=Sci-Fi", "genres=War"}, genres);
  const AddedItems none(model.view());
  const auto table = TableRanker::Create(model.view(), none).value();
  SearchRanker ranker(model.view(), none, *table);
  std::vector<float> fit(spec.item_count);
  ASSERT_EQ(ranker.Fit("space", kEverybody, fit), 1u);
  // Of the five matches, and five that say nothing, a half is science fiction; of all 7 in 20.
  const double kind = (0.5 - 0.35) / (1 - 0.35);
  EXPECT_NEAR(fit[6], 0.9 * kind + 0.15 * kind, 1e-5);
  EXPECT_NEAR(fit[0], 1 + 0.1 + 0.15 * kind, 1e-5);
  EXPECT_NEAR(fit[7], 0.0f, 1e-6);
}

TEST_F(SearchRankerTest, AnotherVisitorsItemsAreNotFoundAndChangeNothing) {
  const auto fit = Fit("toy war");
  const auto list = Top("toy war").value();
  Add("hers", "Toy harbour", 1);
  EXPECT_EQ(Fit("harbour", 2)[kItems], 0.0f);
  EXPECT_GT(Fit("harbour", 1)[kItems], 0.5f);
  const auto after = Fit("toy war");
  EXPECT_TRUE(std::equal(fit.begin(), fit.end(), after.begin()));
}

TEST_F(SearchRankerTest, FindsItemsThatWereAdded) {
  Add("new", "Harbour", kEverybody);
  EXPECT_EQ(Top("harbour").value(), (std::vector<uint32_t>{kItems}));
}

}  // namespace
}  // namespace tsugi
