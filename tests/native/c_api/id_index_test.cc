#include "native/c_api/id_index.h"

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
  IdIndex Index() const { return std::move(IdIndex::Create({offsets, text})).value(); }
  std::vector<uint64_t> offsets = {0};
  std::string text;
};

TEST(IdIndex, FindsEachOfManyAndNothingElse) {
  std::vector<std::string> strings;
  for (size_t i = 0; i < 5000; ++i) strings.push_back("id-" + std::to_string(7 * i));
  const Ids ids(strings);
  const IdIndex index = ids.Index();
  for (uint32_t i = 0; i < strings.size(); ++i) {
    EXPECT_EQ(index.Find(strings[i]), i);
    EXPECT_EQ(index.Find("id-" + std::to_string(7 * i + 1)), std::nullopt);
  }
}

TEST(IdIndex, OfEqualIdsTheFirstCounts) {
  const Ids ids({"a", "b", "a", "", ""});
  const IdIndex index = ids.Index();
  EXPECT_EQ(index.Find("a"), 0u);
  EXPECT_EQ(index.Find("b"), 1u);
  EXPECT_EQ(index.Find(""), 3u);
}

TEST(IdIndex, OneItemIsEnough) {
  const Ids ids({"only"});
  const IdIndex index = ids.Index();
  EXPECT_FALSE(index.empty());
  EXPECT_TRUE(IdIndex().empty());
  EXPECT_EQ(index.Find("only"), 0u);
  EXPECT_EQ(index.Find("onl"), std::nullopt);
}

}  // namespace
}  // namespace tsugi
