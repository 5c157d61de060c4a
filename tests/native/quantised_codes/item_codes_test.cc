#include "native/quantised_codes/item_codes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/base/random.h"
#include "core/model/tensor_table.h"
#include "native/export/quantize_model.h"
#include "native/quantised_codes/code_recall.h"

namespace tsugi {
namespace {

// Clustered rows under an encoder that adds little to the last item.
ModelData ClusteredModel(uint32_t item_count, uint64_t seed) {
  ModelSpec spec;
  spec.item_count = item_count;
  spec.encoder.width = 32;
  spec.encoder.layers = 1;
  spec.encoder.feed_forward = 8;
  spec.encoder.window = 8;
  spec.input_scale = 8.0f;
  ModelData model = std::move(ModelData::Create(spec)).value();
  Random random(seed);
  const auto normal = [&] {
    return static_cast<float>(std::sqrt(-2 * std::log(1 - random.NextUniform())) *
                              std::cos(6.283185307 * random.NextUniform()));
  };
  for (auto& [name, tensor] : model.tensors) {
    const bool is_norm = name.find("norm") != std::string::npos && name.ends_with(".weight");
    for (float& value : tensor.as<float>()) value = is_norm ? 1.0f : 0.02f * normal();
  }
  std::vector<float> centres(50 * 32);
  for (float& v : centres) v = normal();
  auto table = model.floats(kItemTable);
  for (size_t i = 0; i < table.size(); ++i) {
    table[i] = 0.1f * (centres[i / 32 % 50 * 32 + i % 32] + normal());
  }
  return std::move(Quantize(model.View(), WeightFormat::kInt8)).value();
}

TEST(AddItemCodes, MakesAValidModelWhoseCodesStandForTheRows) {
  ModelData model = ClusteredModel(1000, 1);
  ASSERT_TRUE(AddItemCodes(model).ok());
  const ModelView view = model.View();
  ASSERT_TRUE(view.Validate().ok()) << view.Validate().message();
  EXPECT_EQ(view.spec.quantised_codes->count, 8u);
  const auto codes = view.Find(kItemCodes).as<uint8_t>();
  const auto books = view.Find(kItemCodebooks).as<float>();
  const auto rows = view.Find(kItemTable).as<int8_t>();
  const auto scales = view.Find(std::string(kItemTable) + kScalesSuffix).as<float>();
  double error = 0, total = 0;
  for (size_t item = 0; item < 1000; ++item) {
    for (size_t d = 0; d < 32; ++d) {
      double sum = 0;
      for (size_t j = 0; j < 8; ++j) {
        const uint8_t pair = codes[(item / 32 * 8 + j) * 16 + item % 16];
        sum += books[d * 128 + j * 16 + (item % 32 < 16 ? pair & 15 : pair >> 4)];
      }
      const double value = rows[item * 32 + d] * scales[item];
      error += (value - sum) * (value - sum);
      total += value * value;
    }
  }
  EXPECT_LT(error, 0.45 * total);         // one bit per dimension leaves about a third
  for (size_t i = 1000; i < 1024; ++i) {  // past the last item
    EXPECT_EQ(codes[(31 * 8) * 16 + i % 16] >> (i % 32 < 16 ? 0 : 4) & 15, 0) << i;
  }
}

TEST(AddItemCodes, TheSameSeedGivesTheSameCodes) {
  ModelData a = ClusteredModel(500, 2), b = ClusteredModel(500, 2);
  ASSERT_TRUE(AddItemCodes(a).ok());
  ASSERT_TRUE(AddItemCodes(b).ok());
  for (const char* name : {kItemCodes, kItemCodebooks}) {
    const TensorView x = a.View().Find(name), y = b.View().Find(name);
    EXPECT_EQ(std::memcmp(x.data, y.data, x.bytes()), 0) << name;
  }
}

TEST(AddItemCodes, RefusesAWidthThatDoesNotDivide) {
  ModelSpec spec;
  spec.item_count = 10;
  spec.encoder.width = 24;
  ModelData model = std::move(ModelData::Create(spec)).value();
  const Status status = AddItemCodes(model);
  EXPECT_EQ(status.code(), StatusCode::kUnsupported);
  EXPECT_NE(status.message().find("rows of 24 numbers"), std::string_view::npos)
      << status.message();
  EXPECT_EQ(model.spec.quantised_codes->count, 0u);
}

TEST(AddMeasuredCodes, KeepsNearlyAllOfTheExactListsAndSaysSo) {
  ModelData model = ClusteredModel(20000, 3);
  const auto sessions = DreamSessions(model.View(), 120, 4);
  ASSERT_TRUE(sessions.ok()) << sessions.status().message();
  const auto report = AddMeasuredCodes(model, *sessions, 5, false);
  ASSERT_TRUE(report.ok()) << report.status().message();
  EXPECT_TRUE(report->has_codes);
  EXPECT_EQ(report->recall.lists, 60u);
  EXPECT_GE(report->recall.recall_at_10, kCodeRecallPromise);
  EXPECT_LT(report->recall.recall_at_10, 1.0 + 1e-9);
  EXPECT_LE(report->candidates, 2500u);  // so the lists went through the codes
  EXPECT_EQ(model.spec.quantised_codes->candidates, report->candidates);
}

TEST(AddMeasuredCodes, TakesCodesOutThatMissThePromise) {
  ModelData model = ClusteredModel(20000, 6);
  const auto sessions = DreamSessions(model.View(), 60, 7);
  ASSERT_TRUE(sessions.ok());
  Sessions uneven = *sessions;  // nothing to choose by: the fewest candidates
  for (size_t i = 0; i < 30; ++i) uneven[i].clear();
  ModelData random = ClusteredModel(20000, 6);
  auto table = random.tensors.at(kItemTable).as<int8_t>();
  Random noise(8);
  for (int8_t& v : table) v = static_cast<int8_t>(static_cast<int>(noise.NextBelow(255)) - 127);
  const auto report = AddMeasuredCodes(random, uneven, 1, false);
  ASSERT_TRUE(report.ok());
  ASSERT_LT(report->recall.recall_at_10, kCodeRecallPromise);
  EXPECT_FALSE(report->has_codes);
  EXPECT_FALSE(random.spec.quantised_codes.has_value());
  EXPECT_TRUE(random.View().Validate().ok());
  EXPECT_TRUE(random.View().Find(kItemCodes).empty());
  EXPECT_EQ(AddMeasuredCodes(model, {}, 1, true).status().code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace tsugi
