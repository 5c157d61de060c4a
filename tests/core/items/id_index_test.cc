#include "core/items/id_index.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tsugi {
namespace {

struct Ids {
  explicit Ids(const std::vector<std::string>& strings) {
    for (const auto& string : strings) {
      text += string;
      offsets.push_back(text.size());
    }
  }
  StringTableView View() const { return {offsets, text}; }
  IdIndex Index() const {
    IdIndex index;
    EXPECT_TRUE(index.Extend(View()).ok());
    return index;
  }
  std::vector<uint64_t> offsets = {0};
  std::string text;
};

TEST(IdIndex, FindsEachOfManyAndNothingElse) {
  std::vector<std::string> strings;
  for (size_t i = 0; i < 5000; ++i) strings.push_back("id-" + std::to_string(7 * i));
  const Ids ids(strings);
  const IdIndex index = ids.Index();
  for (uint32_t i = 0; i < strings.size(); ++i) {
    EXPECT_EQ(index.Find(ids.View(), strings[i]), i);
    EXPECT_EQ(index.Find(ids.View(), "id-" + std::to_string(7 * i + 1)), std::nullopt);
  }
}

TEST(IdIndex, OfEqualIdsTheFirstCounts) {
  const Ids ids({"a", "b", "a", "", ""});
  const IdIndex index = ids.Index();
  EXPECT_EQ(index.Find(ids.View(), "a"), 0u);
  EXPECT_EQ(index.Find(ids.View(), "b"), 1u);
  EXPECT_EQ(index.Find(ids.View(), ""), 3u);
}

TEST(IdIndex, TakesInStringsThatAreAppended) {
  std::vector<std::string> strings;
  IdIndex index;
  for (uint32_t i = 0; i < 300; ++i) {
    strings.push_back("id-" + std::to_string(i % 200));
    const Ids ids(strings);
    ASSERT_TRUE(index.Extend(ids.View()).ok());
    EXPECT_EQ(index.size(), i + 1);
    EXPECT_EQ(index.Find(ids.View(), strings[i / 2]), i / 2 % 200);
    EXPECT_EQ(index.Find(ids.View(), "id-200"), std::nullopt);
  }
}

TEST(IdIndex, OneItemIsEnough) {
  const Ids ids({"only"});
  const IdIndex index = ids.Index();
  EXPECT_EQ(index.size(), 1u);
  EXPECT_EQ(IdIndex().Find(ids.View(), "only"), std::nullopt);
  EXPECT_EQ(index.Find(ids.View(), "only"), 0u);
  EXPECT_EQ(index.Find(ids.View(), "onl"), std::nullopt);
}

}  // namespace
}  // namespace tsugi
