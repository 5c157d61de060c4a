#include "native/eval/item_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tsugi {
namespace {

/// Owns strings for a StringTableView.
struct Strings {
  explicit Strings(const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      text += value;
      offsets.push_back(text.size());
    }
  }
  StringTableView view() const { return {offsets, text}; }
  std::vector<uint64_t> offsets{0};
  std::string text;
};

std::vector<float> Cosines(const ItemText& text, uint32_t item, size_t count) {
  std::vector<float> cosines(count);
  text.ComputeCosines(item, cosines);
  return cosines;
}

TEST(ItemText, GivesCosineOneToEqualTextsAndZeroToDisjointOnes) {
  const Strings titles({"Red Lip", "red LIP!", "blue nail", "nail blue"});
  const auto cosines = Cosines(ItemText::Build(4, titles.view(), {}), 0, 4);
  EXPECT_NEAR(cosines[0], 1.0f, 1e-6f);
  EXPECT_NEAR(cosines[1], 1.0f, 1e-6f);
  EXPECT_EQ(cosines[2], 0.0f);
}

TEST(ItemText, WeighsRareWordsMore) {
  const Strings titles({"a x", "a y", "a y", "x", "a", "z"});
  const auto cosines = Cosines(ItemText::Build(6, titles.view(), {}), 0, 6);
  EXPECT_GT(cosines[3], cosines[4]);  // x is in two items, a in four
}

TEST(ItemText, ReadsStringsOfMetadataAtAnyDepth) {
  const Strings metadata({R"({"id": 1, "tags": ["noir"]})", R"({"more": {"genre": "Noir"}})",
                          R"({"tags": ["comedy"]})", "not json"});
  const auto cosines = Cosines(ItemText::Build(4, {}, metadata.view()), 0, 4);
  EXPECT_NEAR(cosines[1], 1.0f, 1e-6f);
  EXPECT_EQ(cosines[2], 0.0f);
  EXPECT_EQ(cosines[3], 0.0f);
}

TEST(ItemText, IsEmptyWithoutText) {
  EXPECT_TRUE(ItemText::Build(3, {}, {}).empty());
  EXPECT_TRUE(ItemText().empty());
}

}  // namespace
}  // namespace tsugi
