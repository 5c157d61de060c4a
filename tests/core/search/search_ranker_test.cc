#include "core/search/search_ranker.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "core/model/model_view.h"
#include "tests/core/test_model.h"

namespace tsugi {
namespace {

constexpr size_t kItems = 4;

/// Four items: "Toy Story", "Toy Story 2" (Sci-Fi), "The WAR of the Toys" (War), "" (War).
class SearchRankerTest : public testing::Test {
 protected:
  SearchRankerTest() {
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
    table_ = TableRanker::Create(view, *added_).value();
    ranker_ = std::make_unique<SearchRanker>(view, *added_, *table_);
    query_.resize(spec.row_width());
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
                           ranker_->Top({query_.data(), session, options, kEverybody, part},
                                        std::span(&blocked, 1), kItems + added_->count()));
    std::vector<uint32_t> items;
    for (const ScoredItem& one : list) items.push_back(one.item_index);
    return items;
  }

  std::unique_ptr<TestModel> model_;
  StringTable titles_, names_;
  std::vector<uint32_t> offsets_ = {0, 0, 1, 2, 3}, attributes_ = {0, 1, 1};
  std::unique_ptr<AddedItems> added_;
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
