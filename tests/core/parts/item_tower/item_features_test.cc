#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/parts/item_tower/item_tower.h"

namespace tsugi {
namespace {

constexpr size_t kFeatures = 1u << 16;  // collisions are unlikely

std::vector<uint32_t> Features(std::string_view title,
                               std::vector<std::string_view> attributes = {}, float weight = 1.0f) {
  std::vector<uint32_t> features;
  FindItemFeatures({title, attributes}, std::vector<float>(kFeatures, weight), features);
  return features;
}

size_t CountShared(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) {
  std::vector<uint32_t> shared;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(shared));
  return shared.size();
}

TEST(ItemFeatures, AreWordsInAnyOrderAndCaseAndAttributes) {
  EXPECT_EQ(Features("The Thin Man, the").size(), 3u);
  EXPECT_EQ(Features("man THIN the"), Features("The Thin Man"));
  EXPECT_EQ(Features("", {"genre=Drama", "year=1999"}).size(), 2u);
  EXPECT_NE(Features("", {"genre=Drama"}), Features("", {"genre=drama"}));
  EXPECT_NE(Features("drama"), Features("", {"drama"}));
  EXPECT_TRUE(Features("").empty());
  EXPECT_TRUE(Features(" ?! -- ").empty());
}

TEST(ItemFeatures, AnUnseenWordSharesPiecesWithItsRelatives) {
  const auto dancer = Features("dancer", {}, 0.0f), dancing = Features("dancing", {}, 0.0f);
  EXPECT_EQ(dancer.size(), 1u + 6u);            // the word, and ^da dan anc nce cer er$
  EXPECT_EQ(CountShared(dancer, dancing), 3u);  // ^da dan anc
  EXPECT_EQ(CountShared(dancer, Features("football", {}, 0.0f)), 0u);
  EXPECT_EQ(Features("dancer").size(), 1u);  // seen: no pieces
}

TEST(ItemFeatures, CutsOtherScriptsBetweenCodePoints) {
  const auto city = Features("\u5343\u3068\u5343\u5c0b\u306e\u795e\u96a0\u3057", {}, 0.0f),
             other = Features("\u795e\u96a0\u3057", {}, 0.0f);
  EXPECT_EQ(city.size(), 1u + 8u);
  EXPECT_EQ(CountShared(city, other),
            2u);  // its last three code points, and the last two with the end
}

TEST(ItemFeatures, AnyBytesAndAnyLengthAreFine) {
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) bytes += static_cast<char>(i * 7);
  EXPECT_FALSE(Features(bytes, {bytes}, 0.0f).empty());
  EXPECT_EQ(Features("\xe5\x8d", {}, 0.0f).size(), 1u + 1u);  // a cut code point is one
}

}  // namespace
}  // namespace tsugi
