#include "core/items/attribute_filter.h"

#include <gtest/gtest.h>

#include "tests/core/test_model.h"

namespace tsugi {
namespace {

constexpr int32_t kEnd = kEndClause;

// Items: 0 {crime, drama}, 1 {drama, 1999}, 2 {}, 3 {crime}, 4 {1999}.
class AttributeFilterTest : public testing::Test {
 protected:
  AttributeFilterTest() : model_(TinySpec()) {
    model_.SetAttributes({"genre=crime", "genre=drama", "year=1999"},
                         {{0, 1}, {1, 2}, {}, {0}, {2}});
    EXPECT_TRUE(model_.view().Validate().ok()) << model_.view().Validate().message();
    filter_.emplace(ItemAttributes(model_.view()), 5);
  }
  std::vector<int> Match(std::vector<int32_t> predicate) {
    EXPECT_TRUE(filter_->Check(predicate).ok());
    std::vector<int> items;
    const BitSet& bits = filter_->Match(predicate);
    for (int i = 0; i < 5; ++i) {
      if (bits.Test(static_cast<size_t>(i))) items.push_back(i);
    }
    return items;
  }
  TestModel model_;
  std::optional<AttributeFilter> filter_;
};

using Items = std::vector<int>;

TEST_F(AttributeFilterTest, MeetsAClauseByAnyOfItsAttributes) {
  EXPECT_EQ(Match({0, kEnd}), (Items{0, 3}));
  EXPECT_EQ(Match({0, 2, kEnd}), (Items{0, 1, 3, 4}));
}

TEST_F(AttributeFilterTest, MeetsAClauseByAnAbsence) {
  EXPECT_EQ(Match({~1, kEnd}), (Items{2, 3, 4}));
  EXPECT_EQ(Match({~0, ~1, kEnd}), (Items{1, 2, 3, 4}));
  EXPECT_EQ(Match({~1, ~1, kEnd}), (Items{2, 3, 4}));
  EXPECT_EQ(Match({~1, 2, kEnd}), (Items{1, 2, 3, 4}));
  EXPECT_EQ(Match({1, ~1, kEnd}), (Items{0, 1, 2, 3, 4}));
}

TEST_F(AttributeFilterTest, AsksForAllClauses) {
  EXPECT_EQ(Match({1, kEnd, 2, kEnd}), (Items{1}));
  EXPECT_EQ(Match({0, 1, kEnd, ~2, kEnd}), (Items{0, 3}));
  EXPECT_EQ(Match({0, kEnd, 2, kEnd}), (Items{}));
}

TEST_F(AttributeFilterTest, AnEmptyClauseIsMetByNothing) {
  EXPECT_EQ(Match({kEnd}), (Items{}));
  EXPECT_EQ(Match({0, kEnd, kEnd}), (Items{}));
}

TEST_F(AttributeFilterTest, AnswersTheSamePredicateAgainAndAfterAnother) {
  EXPECT_EQ(Match({0, kEnd}), (Items{0, 3}));
  EXPECT_EQ(Match({0, kEnd}), (Items{0, 3}));
  EXPECT_EQ(Match({2, kEnd}), (Items{1, 4}));
  EXPECT_EQ(Match({0, kEnd}), (Items{0, 3}));
}

TEST_F(AttributeFilterTest, RefusesUnknownAttributesAndAClauseWithoutEnd) {
  EXPECT_EQ(filter_->Check(std::vector<int32_t>{3, kEnd}).code(), StatusCode::kOutOfRange);
  EXPECT_EQ(filter_->Check(std::vector<int32_t>{~3, kEnd}).code(), StatusCode::kOutOfRange);
  EXPECT_EQ(filter_->Check(std::vector<int32_t>{0}).code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(filter_->Check({}).ok());
}

}  // namespace
}  // namespace tsugi
