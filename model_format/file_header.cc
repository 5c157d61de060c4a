#include "model_format/file_header.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "core/base/aligned_buffer.h"
#include "core/base/text.h"
#include "core/model/parts.h"
#include "model_format/checksum.h"

namespace tsugi {
namespace {

// Places of the fields in the 64 bytes; FORMAT.md draws them.
constexpr size_t kVersionAt = 8;
constexpr size_t kMetadataBytesAt = 12;
constexpr size_t kRequiredFeaturesAt = 16;
constexpr size_t kOptionalFeaturesAt = 20;
constexpr size_t kMetadataOffsetAt = 24;
constexpr size_t kSegmentBaseAt = 32;
constexpr size_t kFileBytesAt = 40;
constexpr size_t kMetadataChecksumAt = 48;
constexpr size_t kHeaderChecksumAt = 56;

// memcpy instead of a cast: nothing promises that the bytes of a file are aligned for T.
template <typename T>
T Get(std::span<const uint8_t> bytes, size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof(T));
  return value;
}

template <typename T>
void Put(std::span<uint8_t> bytes, size_t at, T value) {
  std::memcpy(bytes.data() + at, &value, sizeof(T));
}

// Names what a file that is no model looks like, from its first bytes. A wrong file is most often a
// download that went wrong: an error page, a pointer, an archive. The message says so, and saves
// the user from opening it.
std::string_view GuessContent(std::span<const uint8_t> file) {
  const std::string_view head(reinterpret_cast<const char*>(file.data()),
                              std::min<size_t>(file.size(), 64));
  const auto first = head.find_first_not_of(" \t\r\n");
  const char lead = first == std::string_view::npos ? '\0' : head[first];
  if (head.starts_with("\x1f\x8b")) return "gzip; unpack it first";
  if (head.starts_with("PK")) return "a zip archive";
  if (head.starts_with("\x89PNG")) return "a PNG picture";
  if (head.starts_with("version https://git-lfs")) return "a Git LFS pointer; fetch the real file";
  // The rest of the magic is CR LF and ^Z. If it is not there, a copy has converted line ends.
  if (head.starts_with("tsugi")) return "a model that was copied in text mode; copy it as binary";
  if (lead == '<') return "HTML or XML; check the address";
  if (lead == '{' || lead == '[') return "JSON";
  const bool is_text = std::all_of(head.begin(), head.end(), [](char c) {
    return (c >= ' ' && c <= '~') || c == '\t' || c == '\r' || c == '\n';
  });
  return is_text ? "text" : "other binary data";
}

// The magic comes before the size: a short file of another kind is named by its kind, and only the
// start of a model counts as a truncated one.
Status CheckMagic(std::span<const uint8_t> file) {
  if (file.empty()) {
    return CorruptModel(
        "header: the file is empty, expected a tsugi model; export or download it again");
  }
  const size_t have = std::min(file.size(), kFileMagic.size());
  if (!std::equal(file.begin(), file.begin() + have, kFileMagic.begin())) {
    return CorruptModel(
        Concat("header.magic: not a tsugi model; it looks like ", GuessContent(file)));
  }
  if (file.size() < kFileHeaderBytes) {
    return CorruptModel(Concat("header: ", file.size(), " bytes, expected at least ",
                               kFileHeaderBytes,
                               "; the file is truncated, export or download it again"));
  }
  return Status();
}

// Runs after the checksum: a version number from a damaged header would send the user to look for a
// newer tsugi. Unknown bits come before missing ones, since a newer file may have both.
Status CheckVersion(const FileHeader& header) {
  if (header.version > kFormatVersion) {
    return VersionTooNew(Concat("header.version: ", header.version, ", expected at most ",
                                kFormatVersion, "; made by a newer tsugi; update"));
  }
  if (header.version == 0) return CorruptModel("header.version: 0, expected at least 1");
  if (const uint32_t unknown = header.required_features & ~KnownRequiredFeatures(); unknown != 0) {
    return VersionTooNew(Concat("header.required_features: unknown bits ", unknown,
                                "; made by a newer tsugi; update"));
  }
  if ((header.required_features & kFeatureParts) == 0) {
    return Unsupported(
        "header.required_features: the file was written before format version 1 was settled; "
        "train or export the model again with this version of tsugi");
  }
  return Status();
}

// No two fields are added up: a hostile header chooses both, and the sum could wrap around. Each
// comparison makes the next subtraction safe.
Status CheckPlaces(const FileHeader& header, uint64_t size) {
  if (header.file_bytes != size) {
    return CorruptModel(Concat(
        "header.file_bytes: ", header.file_bytes, ", but there are ", size, " bytes; the file is ",
        (size < header.file_bytes ? "truncated" : "followed by foreign bytes"),
        ", export or download it again"));
  }
  const bool is_metadata_inside =
      header.metadata_offset >= kFileHeaderBytes && header.metadata_offset <= header.segment_base &&
      header.metadata_offset % kBufferAlignment == 0 &&
      header.metadata_bytes <= header.segment_base - header.metadata_offset;
  if (!is_metadata_inside) {
    return CorruptModel(
        Concat("header.metadata_offset: ", header.metadata_offset, " with ", header.metadata_bytes,
               " bytes does not lie aligned between header and segments; export it again"));
  }
  if (header.segment_base > size || header.segment_base % kBufferAlignment != 0) {
    return CorruptModel(Concat("header.segment_base: ", header.segment_base,
                               ", expected a multiple of 64 of at most ", size,
                               "; export it again"));
  }
  return Status();
}

}  // namespace

uint32_t KnownRequiredFeatures() {
  uint32_t known =
      kFeatureTimeGaps | kFeatureProjection | kFeatureContexts | kFeatureInt4 | kFeatureParts;
  for (const Part& part : Parts()) known |= part.required_features;
  return known;
}

std::array<uint8_t, kFileHeaderBytes> FileHeader::Encode() const {
  std::array<uint8_t, kFileHeaderBytes> bytes{};
  std::copy(kFileMagic.begin(), kFileMagic.end(), bytes.begin());
  Put(bytes, kVersionAt, version);
  Put(bytes, kMetadataBytesAt, metadata_bytes);
  Put(bytes, kRequiredFeaturesAt, required_features);
  Put(bytes, kOptionalFeaturesAt, optional_features);
  Put(bytes, kMetadataOffsetAt, metadata_offset);
  Put(bytes, kSegmentBaseAt, segment_base);
  Put(bytes, kFileBytesAt, file_bytes);
  Put(bytes, kMetadataChecksumAt, metadata_checksum);
  Put(bytes, kHeaderChecksumAt, ComputeChecksum(std::span(bytes).first<kHeaderChecksumAt>()));
  return bytes;
}

// The checksum is the last field, so that it covers all others. No field is used before it matches.
Result<FileHeader> FileHeader::Decode(std::span<const uint8_t> file) {
  TSUGI_RETURN_IF_ERROR(CheckMagic(file));
  if (Get<uint64_t>(file, kHeaderChecksumAt) != ComputeChecksum(file.first(kHeaderChecksumAt))) {
    return CorruptModel(
        "header: checksum does not match; the file is damaged, export or download it again");
  }
  FileHeader header;
  header.version = Get<uint32_t>(file, kVersionAt);
  header.metadata_bytes = Get<uint32_t>(file, kMetadataBytesAt);
  header.required_features = Get<uint32_t>(file, kRequiredFeaturesAt);
  header.optional_features = Get<uint32_t>(file, kOptionalFeaturesAt);
  header.metadata_offset = Get<uint64_t>(file, kMetadataOffsetAt);
  header.segment_base = Get<uint64_t>(file, kSegmentBaseAt);
  header.file_bytes = Get<uint64_t>(file, kFileBytesAt);
  header.metadata_checksum = Get<uint64_t>(file, kMetadataChecksumAt);
  TSUGI_RETURN_IF_ERROR(CheckVersion(header));
  TSUGI_RETURN_IF_ERROR(CheckPlaces(header, file.size()));
  return header;
}

}  // namespace tsugi
