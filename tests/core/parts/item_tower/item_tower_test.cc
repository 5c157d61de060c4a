#include "core/parts/item_tower/item_tower.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
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
  EXPECT_TRUE(ItemTower(model.view()).MakeRow(item, row).ok());
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

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// A model with the modalities "image" of 3 numbers and "text" of 2.
struct VectorModel : TestModel {
  explicit VectorModel(DType dtype = DType::kF32) : TestModel(Spec(dtype)) {
    SetStrings(kModalityStrings, {"image", "text"});
    Set(kTowerWeights, std::vector<float>(256));
  }
  static ModelSpec Spec(DType dtype) {
    ModelSpec spec = TowerSpec(dtype);
    spec.item_tower->modality_widths = {3, 2};
    return spec;
  }
  /// The row of an item that is given these vectors and nothing else.
  std::vector<float> Row(const std::vector<float>& vectors) {
    return RowOf(*this, {.title = "", .vectors = vectors});
  }
  /// Number d of row `row` of a modality's map.
  float Map(int modality, size_t row, size_t d) {
    const std::string name = kTowerModality + std::to_string(modality);
    if (view().spec.weight_dtype == DType::kF32) return data<float>(name)[row * 4 + d];
    return data<float>(name + kScalesSuffix)[row] *
           static_cast<float>(data<int8_t>(name)[row * 4 + d]);
  }
  float Bias(int modality, size_t d) {
    return data<float>(kTowerModalityBias)[4 * static_cast<size_t>(modality) + d];
  }
};

TEST(NormalizeVector, DividesByTheLengthWhateverItIs) {
  for (const float scale : {1.0f, 1e-30f, 1e-42f, 1e37f}) {
    std::vector<float> vector = {3 * scale, 0, -4 * scale};
    ASSERT_TRUE(NormalizeVector(vector, vector)) << scale;
    EXPECT_NEAR(vector[0], 0.6f, 1e-3) << scale;  // 3e-42 has two digits
    EXPECT_EQ(vector[1], 0);
    EXPECT_NEAR(vector[2], -0.8f, 1e-3) << scale;
  }
}

TEST(NormalizeVector, TellsAMissingVector) {
  std::vector<float> unit(2);
  EXPECT_FALSE(NormalizeVector(std::vector<float>{0, 0}, unit));
  EXPECT_FALSE(NormalizeVector(std::vector<float>{kNan, 1}, unit));
  EXPECT_FALSE(NormalizeVector({}, {}));
  EXPECT_TRUE(NormalizeVector(std::vector<float>{0, 1e-45f}, unit));
  EXPECT_EQ(unit, (std::vector<float>{0, 1}));
}

TEST(ItemTower, AddsTheGivenVectorsOfLengthOneThroughTheirMaps) {
  for (const DType dtype : {DType::kF32, DType::kI8}) {
    VectorModel model(dtype);
    for (const float length : {1.0f, 1e-20f, 5e20f}) {
      const auto row = model.Row({3 * length, 0, 4 * length, 0, -2});
      for (size_t d = 0; d < 4; ++d) {
        const float image = 0.6f * model.Map(0, 0, d) + 0.8f * model.Map(0, 2, d);
        const float expected = model.data<float>(kTowerUnknown)[d] + image + model.Bias(0, d) -
                               model.Map(1, 1, d) + model.Bias(1, d);
        EXPECT_NEAR(row[d], expected, 1e-5) << length;
      }
    }
  }
}

TEST(ItemTower, AddsVectorsToWhatTheWordsSay) {
  VectorModel model;
  std::vector<float> weights(256);
  weights[FeatureOf("red")] = 2.0f;
  model.Set(kTowerWeights, weights);
  const std::vector<float> vectors = {0, 1, 0, kNan, 0};
  const auto row = RowOf(model, {.title = "red", .vectors = vectors});
  for (size_t d = 0; d < 4; ++d) {
    const float expected = model.data<float>(kTowerUnknown)[d] +
                           model.data<float>(kTowerFeatures)[FeatureOf("red") * 4 + d] +
                           model.Map(0, 1, d) + model.Bias(0, d);
    EXPECT_NEAR(row[d], expected, 1e-6);
  }
}

TEST(ItemTower, AMissingVectorAddsNothing) {
  VectorModel model;
  const auto plain = model.Row({});
  EXPECT_EQ(model.Row({kNan, 1, kInfinity, kNan, kNan}), plain);
  EXPECT_EQ(model.Row({0, 0, 0, 0, 0}), plain);
  EXPECT_NE(model.Row({0, 0, 0, 1, 0}), plain);
}

TEST(ItemTower, RowsFromVectorsHaveLengthOneInCosineModels) {
  VectorModel model;
  model.view().spec.normalize_hidden = true;
  double squares = 0;
  for (const float value : model.Row({1, 2, 3, 4, 5})) squares += value * value;
  EXPECT_NEAR(squares, 1.0, 1e-5);
}

TEST(ItemTower, RefusesVectorsThatTheModelDoesNotTake) {
  VectorModel model;
  ASSERT_TRUE(model.view().Validate().ok());
  ItemTower tower(model.view());
  std::vector<float> row(4, 7.0f);
  const auto status = [&](const std::vector<float>& vectors) {
    return tower.MakeRow({.title = "", .vectors = vectors}, row);
  };
  for (const auto& good : std::vector<std::vector<float>>{
           {}, {1, 2, 3, 4, 5}, {kNan, kInfinity, kNan, 4, 5}, {0, 0, 0, kNan, 0}}) {
    EXPECT_TRUE(status(good).ok());
  }
  const std::vector<float> before = row;
  const auto message = [&](const std::vector<float>& vectors) {
    EXPECT_EQ(status(vectors).code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(row, before);
    return std::string(status(vectors).message());
  };
  const std::string expected = ", expected 5 for the modalities of the model: image 3, text 2";
  EXPECT_EQ(message({1, 2, 3}), "vectors: 3 numbers" + expected);
  EXPECT_EQ(message({1, 2, 3, 4, 5, 6}), "vectors: 6 numbers" + expected);
  for (const float bad : {kNan, kInfinity, -kInfinity}) {
    EXPECT_EQ(message({1, 2, 3, 4, bad}), "vectors: 5 numbers, not all finite" + expected);
    EXPECT_EQ(message({1, bad, 3, kNan, 5}), "vectors: 5 numbers, not all finite" + expected);
  }
  TestModel plain(TowerSpec());
  const std::vector<float> vectors = {1};
  EXPECT_EQ(ItemTower(plain.view()).MakeRow({.title = "", .vectors = vectors}, row).message(),
            "vectors: 1 numbers, expected 0 for the modalities of the model");
}

TEST(ItemTower, ARowThatIsNotFiniteIsAnError) {
  TestModel model(TowerSpec());
  model.Set(kTowerWeights, std::vector<float>(256, 1.0f));
  model.Set(kTowerFeatures, std::vector<float>(256 * 4, 3e38f));
  model.Set(kTowerUnknown, std::vector<float>(4, 3e38f));
  std::vector<float> row(4);
  EXPECT_EQ(ItemTower(model.view()).MakeRow({.title = "red"}, row).code(), StatusCode::kInternal);
}

}  // namespace
}  // namespace tsugi
