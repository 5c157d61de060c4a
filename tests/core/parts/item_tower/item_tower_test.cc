#include "core/parts/item_tower/item_tower.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "tests/core/test_model.h"

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

ModelSpec TowerSpec(DType dtype = DType::kF32) {
  ModelSpec spec = TinySpec();
  spec.item_tower = ItemTowerSpec{.features = 256};
  spec.weight_dtype = dtype;
  return spec;
}

std::vector<float> RowOf(TestModel& model, const ItemDescription& item) {
  std::vector<float> row(model.view().spec.row_width());
  ItemTower(model.view()).MakeRow(item, row);
  return row;
}

uint32_t FeatureOf(std::string_view word) {
  std::vector<uint32_t> features;
  FindItemFeatures({word}, std::vector<float>(256, 1.0f), features);
  return features.at(0);
}

TEST(ItemTower, SumsWhatAnItemSaysByWeight) {
  TestModel model(TowerSpec());
  std::vector<float> weights(256);
  weights[FeatureOf("red")] = 3.0f;
  weights[FeatureOf("shoe")] = 4.0f;
  model.Set(kTowerWeights, weights);
  const auto row = RowOf(model, {"Red shoe, unseen"});
  const float* features = model.data<float>(kTowerFeatures);
  for (size_t d = 0; d < 4; ++d) {
    const float expected = model.data<float>(kTowerUnknown)[d] +
                           0.6f * features[FeatureOf("red") * 4 + d] +
                           0.8f * features[FeatureOf("shoe") * 4 + d];
    EXPECT_NEAR(row[d], expected, 1e-6);
  }
}

TEST(ItemTower, AnItemThatSaysNothingIsAnyUnknownItem) {
  TestModel model(TowerSpec());
  model.Set(kTowerWeights, std::vector<float>(256));
  const auto row = RowOf(model, {"never heard of"});
  for (size_t d = 0; d < 4; ++d) EXPECT_EQ(row[d], model.data<float>(kTowerUnknown)[d]);
}

TEST(ItemTower, RowsOfCosineModelsHaveLengthOne) {
  for (const DType dtype : {DType::kF32, DType::kI8}) {
    ModelSpec spec = TowerSpec(dtype);
    spec.normalize_hidden = true;
    TestModel model(spec);
    double squares = 0;
    for (const float value : RowOf(model, {"some words here"})) squares += value * value;
    EXPECT_NEAR(squares, 1.0, 1e-5);
  }
}

TEST(ItemTower, Int8AddsTheRowsThatScalesGive) {
  TestModel model(TowerSpec(DType::kI8));
  std::vector<float> weights(256);
  const uint32_t red = FeatureOf("red");
  weights[red] = 2.0f;
  model.Set(kTowerWeights, weights);
  const auto row = RowOf(model, {"red"});
  const float scale = model.data<float>(std::string(kTowerFeatures) + kScalesSuffix)[red];
  for (size_t d = 0; d < 4; ++d) {
    EXPECT_NEAR(row[d],
                model.data<float>(kTowerUnknown)[d] +
                    scale * model.data<int8_t>(kTowerFeatures)[red * 4 + d],
                1e-6);
  }
}

}  // namespace
}  // namespace tsugi
