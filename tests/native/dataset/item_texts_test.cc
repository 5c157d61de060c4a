#include "native/dataset/item_texts.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/model/model_view.h"

namespace tsugi {
namespace {

ItemTexts Texts(const std::vector<std::string>& titles) {
  return {titles, std::vector<std::vector<std::string>>(titles.size())};
}

TEST(HoldOutTexts, IsTheSameEveryTimeAndLeavesOutItemsWithoutTitles) {
  std::vector<std::string> titles(1000, "a title");
  titles[3] = "";
  const auto held = HoldOutTexts(Texts(titles));
  EXPECT_EQ(held, HoldOutTexts(Texts(titles)));
  const auto count = std::count(held.begin(), held.end(), true);
  EXPECT_GT(count, 25);
  EXPECT_LT(count, 80);
  EXPECT_FALSE(HoldOutTexts(Texts(std::vector<std::string>(1000, "")))[7]);
}

TEST(ItemTexts, AreTitlesAndAttributeValues) {
  ItemTexts texts = Texts({"Night Train", ""});
  texts.attributes[0] = {"Drama", "1999"};
  EXPECT_EQ(texts.All(0), "Night Train Drama 1999");
  EXPECT_FALSE(texts.empty());
  EXPECT_TRUE(Texts({"", ""}).empty());
  EXPECT_EQ(SplitWords("Night-Train, 2!"), (std::vector<std::string>{"night", "train", "2"}));
}

}  // namespace
}  // namespace tsugi
