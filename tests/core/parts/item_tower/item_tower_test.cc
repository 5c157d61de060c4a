#include "core/parts/item_tower/item_tower.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "tests/core/test_model.h"

namespace tsugi {
namespace {

ModelSpec TowerSpec(DType dtype = DType::kF32) {
  ModelSpec spec = TinySpec();
  spec.item_tower.emplace();
  spec.item_tower->features = 256;
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
