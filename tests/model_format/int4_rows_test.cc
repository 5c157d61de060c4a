#include "model_format/int4_rows.h"

#include <gtest/gtest.h>

#include <vector>

#include "model_format/reader.h"
#include "model_format/writer.h"
#include "tests/golden/golden_models.h"
#include "tests/model_format/model_forge.h"

namespace tsugi {
namespace {

constexpr char kTable[] = "items.table";

std::vector<int8_t> Expand(const std::vector<uint8_t>& packed, uint64_t columns, size_t rows) {
  std::vector<int8_t> expanded(rows * columns);
  ExpandInt4Rows(packed, columns, expanded);
  return expanded;
}

TEST(Int4Rows, HaveAMultiplierABlockAndHalfAByteAColumn) {
  EXPECT_EQ(Int4RowBytes(1), 2u);
  EXPECT_EQ(Int4RowBytes(32), 17u);
  EXPECT_EQ(Int4RowBytes(33), 19u);
  EXPECT_EQ(Int4RowBytes(64), 34u);
}

// By hand: multiplier 16 doubles, -16 doubles and turns; 8 is the byte of zero.
TEST(Int4Rows, ExpandAsDrawn) {
  EXPECT_EQ(Expand({16, 0x9f, 0x08, 0xf0, 0x10, 0x8f}, 3, 2),
            (std::vector<int8_t>{14, 2, 0, 16, 14, -14}));
}

TEST(Int4Rows, GiveEachBlockItsMultiplier) {
  std::vector<uint8_t> packed(Int4RowBytes(33), 0x99);
  packed[0] = 8;
  packed[1] = static_cast<uint8_t>(-64);
  const std::vector<int8_t> row = Expand(packed, 33, 1);
  EXPECT_EQ(row[0], 1);
  EXPECT_EQ(row[31], 1);
  EXPECT_EQ(row[32], -8);
}

TEST(Int4Rows, StayWithinInt8WhateverTheBytes) {
  for (int multiplier = -128; multiplier < 128; ++multiplier) {
    for (int q = -8; q < 8; ++q) {
      const int value = ExpandInt4(q, static_cast<int8_t>(multiplier));
      EXPECT_GE(value, -127) << q << " " << multiplier;
      EXPECT_NEAR(value, q * multiplier / 8.0, q == -8 && multiplier == -128 ? 1.0 : 0.5);
    }
  }
}

TEST(Int4Rows, AreReadAsInt8AndListedAsInt4) {
  const auto made = MakeGoldenModel("gated_i4");
  const auto read = ReadCopy(GoldenBytes("gated_i4"));
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(read->view().Find(kTable).dtype, DType::kI8);
  size_t matrices = 0;
  for (const SegmentInfo& segment : read->segments()) {
    if (!segment.is_int4) continue;
    ++matrices;
    EXPECT_EQ(segment.bytes, made->data.int4.at(segment.name).size()) << segment.name;
  }
  EXPECT_EQ(matrices, made->data.int4.size());
  EXPECT_EQ(FileHeader::Decode(GoldenBytes("gated_i4"))->required_features,
            kFeatureParts | kFeatureInt4);
}

TEST(Int4Rows, ThatLieAreErrorsWithAPath) {
  const struct {
    const char* path;
    void (*change)(fbs::TensorT&);
  } cases[] = {
      {"items.table.segment.bytes: 15, expected 9", [](auto& t) { t.shape[0] = 3; }},
      {"items.table.segment.bytes: 15, expected 20", [](auto& t) { t.shape[1] = 6; }},
      {"items.table.segment.bytes: 15",
       [](auto& t) {
         t.shape = {uint64_t{1} << 62, 2};
       }},
      {"items.table: i8 [5, 3], expected i8 [5, 4]", [](auto& t) { t.shape[1] = 3; }},
  };
  for (const auto& hostile : cases) {
    ForgedModel forged = ForgedModel::FromGolden("gated_i4");
    hostile.change(forged.tensor(kTable));
    const auto read = ReadCopy(forged.Assemble());
    ASSERT_FALSE(read.ok()) << hostile.path;
    EXPECT_TRUE(read.status().message().starts_with(hostile.path)) << read.status().message();
  }
  ForgedModel forged = ForgedModel::FromGolden("gated_i4");
  forged.tensor("encoder.norm.weight").dtype = fbs::DType::I4;
  EXPECT_TRUE(ReadCopy(forged.Assemble())
                  .status()
                  .message()
                  .starts_with("encoder.norm.weight.segment.bytes: 16, expected 8"));
}

TEST(Int4Rows, AreWrittenOnlyIfTheyAreTheModels) {
  auto made = MakeGoldenModel("gated_i4");
  const auto expect_refused = [&] {
    const auto bytes = EncodeModel(made->data.View(), made->provenance, made->data.Int4View());
    EXPECT_EQ(bytes.status().code(), StatusCode::kInvalidArgument);
    EXPECT_TRUE(bytes.status().message().starts_with(kTable)) << bytes.status().message();
  };
  std::vector<uint8_t>& rows = made->data.int4.at(kTable);
  rows[1] ^= 0x10;  // another second column
  expect_refused();
  rows[1] ^= 0x10;
  EXPECT_TRUE(EncodeModel(made->data.View(), made->provenance, made->data.Int4View()).ok());
  rows.pop_back();
  expect_refused();
  rows.push_back(0);
  made->data.int4 = {{"items.table.none", rows}};
  expect_refused();
}

}  // namespace
}  // namespace tsugi
