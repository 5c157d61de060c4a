#include "model_format/file_header.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace tsugi {
namespace {

FileHeader SmallHeader() {
  FileHeader header;
  header.metadata_bytes = 40;
  header.segment_base = 128;
  header.file_bytes = 256;
  return header;
}

// A file of 256 bytes with that header.
std::vector<uint8_t> FileWith(const FileHeader& header) {
  const auto head = header.Encode();
  std::vector<uint8_t> file(256);
  std::copy(head.begin(), head.end(), file.begin());
  return file;
}

std::string MessageOf(std::string_view text) {
  const auto header =
      FileHeader::Decode({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  return header.ok() ? "ok" : std::string(header.status().message());
}

TEST(FileHeader, KeepsItsFields) {
  FileHeader written = SmallHeader();
  written.metadata_checksum = 0x0123456789abcdefu;
  written.optional_features = 0x80000001u;  // unknown optional bits are ignored
  const auto read = FileHeader::Decode(FileWith(written));
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(read->version, kFormatVersion);
  EXPECT_EQ(read->metadata_bytes, 40u);
  EXPECT_EQ(read->metadata_offset, 64u);
  EXPECT_EQ(read->segment_base, 128u);
  EXPECT_EQ(read->file_bytes, 256u);
  EXPECT_EQ(read->metadata_checksum, 0x0123456789abcdefu);
  EXPECT_EQ(read->optional_features, 0x80000001u);
}

TEST(FileHeader, RefusesANewerVersionWithARemedy) {
  FileHeader header = SmallHeader();
  header.version = kFormatVersion + 1;
  const auto read = FileHeader::Decode(FileWith(header));
  EXPECT_EQ(read.status().code(), StatusCode::kVersionTooNew);
  EXPECT_NE(read.status().message().find("made by a newer tsugi; update"), std::string::npos);
}

TEST(FileHeader, RefusesAnUnknownRequiredFeature) {
  for (int bit = 0; bit < 32; ++bit) {
    FileHeader header = SmallHeader();
    if ((KnownRequiredFeatures() >> bit & 1) != 0) continue;
    header.required_features = kFeatureParts | uint32_t{1} << bit;
    const auto read = FileHeader::Decode(FileWith(header));
    EXPECT_EQ(read.status().code(), StatusCode::kVersionTooNew) << bit;
    EXPECT_NE(read.status().message().find("made by a newer tsugi"), std::string::npos);
  }
}

TEST(FileHeader, RefusesAFileFromBeforeTheFormatWasSettledWithARemedy) {
  FileHeader header = SmallHeader();
  header.required_features = 0;
  const auto read = FileHeader::Decode(FileWith(header));
  EXPECT_EQ(read.status().code(), StatusCode::kUnsupported);
  EXPECT_NE(read.status().message().find("export the model again"), std::string::npos);
}

TEST(FileHeader, RefusesEveryFlippedBit) {
  for (size_t bit = 0; bit < 8 * kFileHeaderBytes; ++bit) {
    std::vector<uint8_t> file = FileWith(SmallHeader());
    file[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
    EXPECT_EQ(FileHeader::Decode(file).status().code(), StatusCode::kCorruptModel) << bit;
  }
}

TEST(FileHeader, RefusesPlacesOutsideTheFile) {
  const auto code_of = [](auto change) {
    FileHeader header = SmallHeader();
    change(header);
    return FileHeader::Decode(FileWith(header)).status().code();
  };
  const auto kCorrupt = StatusCode::kCorruptModel;
  constexpr uint64_t kHuge = ~uint64_t{0};
  EXPECT_EQ(code_of([](FileHeader&) {}), StatusCode::kOk);
  EXPECT_EQ(code_of([](FileHeader& h) { h.version = 0; }), kCorrupt);
  EXPECT_EQ(code_of([](FileHeader& h) { h.metadata_bytes = 65; }), kCorrupt);
  EXPECT_EQ(code_of([](FileHeader& h) { h.metadata_bytes = ~uint32_t{0}; }), kCorrupt);
  EXPECT_EQ(code_of([](FileHeader& h) { h.metadata_offset = 0; }), kCorrupt);
  EXPECT_EQ(code_of([](FileHeader& h) { h.metadata_offset = 72; }), kCorrupt);
  EXPECT_EQ(code_of([](FileHeader& h) { h.metadata_offset = kHuge - 63; }), kCorrupt);
  EXPECT_EQ(code_of([](FileHeader& h) { h.segment_base = 320; }), kCorrupt);
  EXPECT_EQ(code_of([](FileHeader& h) { h.segment_base = 129; }), kCorrupt);
  EXPECT_EQ(code_of([](FileHeader& h) { h.segment_base = kHuge - 63; }), kCorrupt);
  EXPECT_EQ(code_of([](FileHeader& h) { h.file_bytes = 255; }), kCorrupt);
  EXPECT_EQ(code_of([](FileHeader& h) { h.file_bytes = 257; }), kCorrupt);
}

TEST(FileHeader, SaysWhatAFileThatIsNoModelLooksLike) {
  EXPECT_NE(MessageOf("").find("empty"), std::string::npos);
  EXPECT_NE(MessageOf("  <!DOCTYPE html><title>404</title>").find("looks like HTML"),
            std::string::npos);
  EXPECT_NE(MessageOf("\x1f\x8b\x08 and so on").find("looks like gzip"), std::string::npos);
  EXPECT_NE(MessageOf("{\"error\": 1}").find("looks like JSON"), std::string::npos);
  EXPECT_NE(MessageOf("PK\x03\x04").find("zip archive"), std::string::npos);
  EXPECT_NE(MessageOf("user,item,time\n1,2,3\n").find("looks like text"), std::string::npos);
  EXPECT_NE(MessageOf("tsugi\n\x1a and so on").find("text mode"), std::string::npos);
  EXPECT_NE(MessageOf("version https://git-lfs.github.com/spec/v1").find("LFS"), std::string::npos);
  EXPECT_NE(MessageOf("\x01\x02\x03\x04\x05\x06\x07\x08").find("binary"), std::string::npos);
  EXPECT_NE(MessageOf("tsu").find("truncated"), std::string::npos);
}

}  // namespace
}  // namespace tsugi
