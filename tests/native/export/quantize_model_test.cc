#include "native/export/quantize_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "core/model/tensor_table.h"
#include "tests/golden/golden_models.h"

namespace tsugi {
namespace {

TEST(Quantize, MakesAValidModelWhoseWeightsAreNear) {
  const auto f32 = MakeGoldenModel("gated_f32");
  std::vector<TensorReport> report;
  const auto i8 = Quantize(f32->data.View(), WeightFormat::kInt8, &report);
  ASSERT_TRUE(i8.ok()) << i8.status().message();
  const ModelView view = i8->View();
  EXPECT_TRUE(view.Validate().ok());
  EXPECT_EQ(view.spec.weight_dtype, DType::kI8);
  EXPECT_EQ(view.item_titles()[0], "Winter crime");
  size_t rows = 0;
  for (const TensorEntry& entry : BuildTensorTable(f32->data.spec)) {
    const auto weights = f32->data.View().Find(entry.name).as<float>();
    if (!entry.is_quantizable) {
      const auto copy = view.Find(entry.name).as<float>();
      EXPECT_TRUE(std::equal(weights.begin(), weights.end(), copy.begin())) << entry.name;
      continue;
    }
    ASSERT_LT(rows, report.size());
    EXPECT_EQ(report[rows].name, entry.name);
    EXPECT_GT(report[rows++].error.sqnr_db, 35) << entry.name;
    const auto q = view.Find(entry.name).as<int8_t>();
    const auto scales = view.Find(entry.name + kScalesSuffix).as<float>();
    for (size_t i = 0; i < weights.size(); ++i) {
      const float scale = scales[i / entry.shape.columns()];
      EXPECT_NEAR(q[i] * scale, weights[i], 0.5001f * scale) << entry.name << " " << i;
    }
  }
  EXPECT_EQ(rows, report.size());
}

TEST(Quantize, ToInt4GivesTheBitsOfEveryMatrixAndRowsThatTheEngineReads) {
  const auto f32 = MakeGoldenModel("tower_f32");
  std::vector<TensorReport> report;
  const auto i4 = Quantize(f32->data.View(), WeightFormat::kInt4, &report);
  ASSERT_TRUE(i4.ok()) << i4.status().message();
  EXPECT_TRUE(i4->View().Validate().ok());
  EXPECT_EQ(i4->View().spec.weight_dtype, DType::kI8);
  ASSERT_EQ(i4->int4.size(), report.size());
  for (const TensorReport& row : report) {
    const auto& packed = i4->int4.at(row.name);
    EXPECT_EQ(packed.size(), row.shape.rows() * Int4RowBytes(row.shape.columns())) << row.name;
    EXPECT_GT(row.error.sqnr_db, 17) << row.name;
    std::vector<int8_t> rows(row.shape.elements());
    ExpandInt4Rows(packed, row.shape.columns(), rows);
    const auto stored = i4->View().Find(row.name).as<int8_t>();
    EXPECT_TRUE(std::equal(rows.begin(), rows.end(), stored.begin(), stored.end())) << row.name;
  }
}

TEST(Quantize, ToF32CopiesTheModel) {
  const auto f32 = MakeGoldenModel("sasrec_f32");
  std::vector<TensorReport> report;
  const auto copy = Quantize(f32->data.View(), WeightFormat::kF32, &report);
  ASSERT_TRUE(copy.ok());
  EXPECT_TRUE(report.empty());
  for (const auto& [name, tensor] : f32->data.View().tensors) {
    EXPECT_EQ(std::memcmp(copy->View().Find(name).data, tensor.data, tensor.bytes()), 0) << name;
  }
}

TEST(Quantize, RefusesWhatItCanNotDo) {
  const auto f32 = MakeGoldenModel("gated_f32");
  const auto i8 = MakeGoldenModel("gated_i8");
  EXPECT_EQ(Quantize(i8->data.View(), WeightFormat::kInt8).status().code(),
            StatusCode::kInvalidArgument);
  ModelView broken = f32->data.View();
  broken.tensors.erase(kItemTable);
  EXPECT_EQ(Quantize(broken, WeightFormat::kInt8).status().code(), StatusCode::kCorruptModel);
}

TEST(ModelData, CreatesEveryTensorOfTheTableZeroed) {
  ModelSpec spec;
  spec.item_count = 7;
  auto model = ModelData::Create(spec);
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(model->tensors.size(), BuildTensorTable(spec).size());
  EXPECT_TRUE(model->View().Validate().ok());
  EXPECT_EQ(model->floats(kItemTable).size(), 7u * 64);
  EXPECT_EQ(model->floats(kItemTable)[448 - 1], 0.0f);
  EXPECT_TRUE(model->floats("no such tensor").empty());
  spec.encoder.heads = 5;
  EXPECT_EQ(ModelData::Create(spec).status().code(), StatusCode::kInvalidArgument);
}

TEST(StringTable, KeepsStringsInOrder) {
  StringTable table;
  EXPECT_EQ(table.View().size(), 0u);
  table.Append("a");
  table.Append("");
  table.Append("bc");
  const StringTable copy(table.View());
  ASSERT_EQ(copy.View().size(), 3u);
  EXPECT_EQ(copy.View()[0], "a");
  EXPECT_EQ(copy.View()[1], "");
  EXPECT_EQ(copy.View()[2], "bc");
}

}  // namespace
}  // namespace tsugi
