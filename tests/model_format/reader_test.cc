#include "model_format/reader.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/model/tensor_table.h"
#include "model_format/writer.h"
#include "tests/golden/golden_models.h"
#include "tests/model_format/model_forge.h"

namespace tsugi {
namespace {

TEST(ReadModel, PointsIntoTheFilesBytesAndSurvivesAMove) {
  const std::vector<uint8_t> file = GoldenBytes("gated_i8");
  auto bytes = AlignedBuffer<uint8_t>::Create(file.size());
  ASSERT_TRUE(bytes.ok());
  std::copy(file.begin(), file.end(), bytes->data());
  const uint8_t* begin = bytes->data();
  auto read = ReadModel(std::move(bytes).value());
  ASSERT_TRUE(read.ok()) << read.status().message();
  const Model moved = std::move(read).value();
  for (const auto& [name, tensor] : moved.view().tensors) {
    const auto* data = static_cast<const uint8_t*>(tensor.data);
    EXPECT_GE(data, begin) << name;
    EXPECT_LE(data + tensor.bytes() + kReadPadding, begin + file.size()) << name;
    EXPECT_EQ(reinterpret_cast<uintptr_t>(data) % kBufferAlignment, 0u) << name;
  }
  EXPECT_EQ(moved.view().item_titles()[0], "Winter crime");
  EXPECT_EQ(moved.view().item_titles()[1], "");
}

TEST(ReadModel, RefusesAFileTruncatedAtAnyByte) {
  for (const std::string_view name : {"gated_i8", "sasrec_f32"}) {
    const std::vector<uint8_t> file = GoldenBytes(name);
    for (size_t size = 0; size < file.size(); ++size) {
      const auto read = ReadCopy(std::span(file).first(size));
      ASSERT_EQ(read.status().code(), StatusCode::kCorruptModel) << name << " at " << size;
    }
  }
}

TEST(ReadModel, RefusesBytesBehindTheFile) {
  std::vector<uint8_t> file = GoldenBytes("sasrec_f32");
  file.push_back(0);
  const auto read = ReadCopy(file);
  EXPECT_NE(read.status().message().find("foreign bytes"), std::string::npos);
}

// Header, metadata, segments and padding: some checksum or the zero padding covers every bit.
TEST(ReadModel, RefusesEveryFlippedBitOfAFile) {
  const std::vector<uint8_t> file = GoldenBytes("sasrec_i8");
  const auto header = FileHeader::Decode(file);
  ASSERT_TRUE(header.ok());
  auto copy = file;
  size_t accepted = 0;
  for (size_t bit = 0; bit < 8 * file.size(); ++bit) {
    copy[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
    const auto read = ReadCopy(copy);
    if (read.ok()) {
      ++accepted;
      EXPECT_GE(bit / 8, header->segment_base) << bit;
    } else {
      ASSERT_NE(read.status().message().find(": "), std::string::npos);
    }
    copy[bit / 8] = file[bit / 8];
  }
  // Only the filling between one segment's 64 bytes of padding and the next multiple of 64 may
  // vary.
  size_t filling = 0;
  const auto model = ReadCopy(file);
  for (size_t i = 0; i + 1 < model->segments().size(); ++i) {
    const SegmentInfo& segment = model->segments()[i];
    filling += model->segments()[i + 1].offset - segment.offset - segment.bytes - kReadPadding;
  }
  EXPECT_EQ(accepted, 8 * filling);
}

TEST(ReadModel, RefusesAFileAboveTheLimits) {
  const std::vector<uint8_t> file = GoldenBytes("sasrec_f32");
  const auto header = FileHeader::Decode(file);
  EXPECT_TRUE(ReadCopy(file, {.max_file_bytes = file.size()}).ok());
  EXPECT_EQ(ReadCopy(file, {.max_file_bytes = file.size() - 1}).status().code(),
            StatusCode::kOutOfMemory);
  EXPECT_TRUE(ReadCopy(file, {.max_metadata_bytes = header->metadata_bytes}).ok());
  EXPECT_EQ(ReadCopy(file, {.max_metadata_bytes = header->metadata_bytes - 1}).status().code(),
            StatusCode::kOutOfMemory);
  const auto tensors = static_cast<uint32_t>(ReadCopy(file)->view().tensors.size());
  EXPECT_TRUE(ReadCopy(file, {.max_tensors = tensors}).ok());
  EXPECT_EQ(ReadCopy(file, {.max_tensors = tensors - 1}).status().code(), StatusCode::kOutOfMemory);
}

TEST(ReadModel, RefusesAFileOfANewerFormat) {
  ForgedModel forged = ForgedModel::FromGolden("gated_f32");
  forged.header.version = kFormatVersion + 1;
  const auto read = ReadCopy(forged.Assemble());
  EXPECT_EQ(read.status().code(), StatusCode::kVersionTooNew);
  EXPECT_NE(read.status().message().find("made by a newer tsugi; update"), std::string::npos);
}

// What a later minor revision may add: an optional feature and a tensor nobody here knows.
TEST(ReadModel, IgnoresAnUnknownOptionalFeature) {
  ForgedModel forged = ForgedModel::FromGolden("gated_f32");
  forged.header.optional_features = 1u << 31;
  auto extra = std::make_unique<fbs::TensorT>();
  extra->name = "future.part";
  extra->shape = {3};
  extra->segment = std::make_unique<fbs::SegmentT>();
  extra->segment->offset = (forged.segment_area.size() + 63) / 64 * 64;
  extra->segment->bytes = 12;
  forged.segment_area.resize(extra->segment->offset + 12 + kReadPadding);
  forged.metadata.tensors.push_back(std::move(extra));
  forged.FixSegmentChecksums();
  const auto read = ReadCopy(forged.Assemble());
  EXPECT_TRUE(read.ok()) << read.status().message();
}

TEST(ReadModel, LoadsAModelWithoutProvenance) {
  ForgedModel forged = ForgedModel::FromGolden("gated_f32");
  forged.metadata.provenance.reset();
  const auto read = ReadCopy(forged.Assemble());
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(read->provenance(), Provenance{});
}

// Saved sessions compare it: other weights or ids are another model, other titles are not.
TEST(ReadModel, GivesAFingerprintOfTensorsAndIds) {
  const auto fingerprint = [](auto change) {
    auto made = MakeGoldenModel("timed_i8");
    change(made->data, made->provenance);
    auto bytes = EncodeModel(made->data.View(), made->provenance);
    return ReadModel(std::move(bytes).value())->view().fingerprint;
  };
  const auto ids = [](std::initializer_list<const char*> texts) {
    StringTable table;
    for (const char* text : texts) table.Append(text);
    return table;
  };
  const uint64_t plain = fingerprint([](auto&, auto&) {});
  EXPECT_NE(plain, 0u);
  EXPECT_EQ(fingerprint([&](ModelData& d, auto&) { d.strings[kItemTitleStrings] = StringTable(); }),
            plain);
  EXPECT_EQ(fingerprint([&](auto&, Provenance& p) { p.created_s = 5; }), plain);
  EXPECT_EQ(fingerprint([](ModelData& d, auto&) { d.item_attributes[0] = 0; }), plain);
  EXPECT_NE(fingerprint([&](ModelData& d, auto&) {
              d.strings[kItemIdStrings] = ids({"1", "2", "3", "4", "5"});
            }),
            plain);
  EXPECT_NE(fingerprint([](ModelData& d, auto&) { d.floats("encoder.norm.bias")[2] = 0.5f; }),
            plain);
}

}  // namespace
}  // namespace tsugi
