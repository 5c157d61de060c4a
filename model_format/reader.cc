#include "model_format/reader.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "core/base/random.h"
#include "core/base/text.h"
#include "model_format/checksum.h"
#include "model_format/file_header.h"
#include "model_format/metadata_reader.h"
#include "model_format/schema/model_generated.h"

namespace tsugi {
namespace {

constexpr int kMaxTableDepth = 8;  // Model / Tensor / Segment is three

// kOutOfMemory and not kCorruptModel: the file may be sound, and another caller may have the room.
Status CheckLimit(const char* where, uint64_t bytes, uint64_t limit) {
  if (bytes <= limit) return Status();
  return OutOfMemory(Concat(where, ": ", bytes, " bytes, the limit is ", limit,
                            "; raise the limit or use a smaller model"));
}

// First stage: proves that accessors of the metadata stay inside it.
Result<const fbs::Model*> VerifyMetadata(std::span<const uint8_t> file, const FileHeader& header,
                                         const ReadLimits& limits) {
  const auto metadata = file.subspan(header.metadata_offset, header.metadata_bytes);
  if (ComputeChecksum(metadata) != header.metadata_checksum) {
    return CorruptModel(
        "metadata: checksum does not match; the file is damaged, export or download it again");
  }
  const auto padding =
      file.subspan(header.metadata_offset + header.metadata_bytes)
          .first(header.segment_base - header.metadata_offset - header.metadata_bytes);
  if (std::any_of(padding.begin(), padding.end(), [](uint8_t byte) { return byte != 0; })) {
    return CorruptModel(
        "metadata: padding is not zero; the file is damaged, export or download it again");
  }
  flatbuffers::Verifier::Options options;
  options.max_depth = kMaxTableDepth;
  options.max_tables = 4 * limits.max_tensors + 64;
  // max_size stays the library's 2 GiB: the caller checked the size, which the constructor asserts.
  flatbuffers::Verifier verifier(metadata.data(), metadata.size(), options);
  if (!fbs::VerifyModelBuffer(verifier)) {
    return CorruptModel(
        "metadata: not a valid TSGI FlatBuffer; the file is damaged, export it again");
  }
  return fbs::GetModel(metadata.data());
}

// Of what makes a session's events mean something else: tensors and ids, but not titles and
// attributes.
uint64_t Fingerprint(const std::vector<SegmentInfo>& segments) {
  uint64_t hash = 0;
  for (const SegmentInfo& segment : segments) {
    const std::string_view name = segment.name;
    if (name.starts_with("item_titles.") || name.starts_with("item_attributes.") ||
        name.starts_with(Concat(kAttributeStrings, "."))) {
      continue;
    }
    hash = Random::Mix(hash ^ segment.checksum) + segment.bytes;
  }
  return hash;
}

// The spec's checks speak to a caller who made it; here it comes from a file.
Status OfAFile(Status status) {
  if (status.code() != StatusCode::kInvalidArgument) return status;
  return CorruptModel(Concat(status.message(), kDamagedFile));
}

}  // namespace

// Nothing is read through the schema before the verifier has run, and nobody gets the view before
// Validate has passed. So no other code of the engine needs to doubt a file. The cap on the
// metadata keeps it below 2 GiB, which the verifier asserts, whatever the caller allows.
Result<Model> ReadModel(AlignedBuffer<uint8_t> bytes, const ReadLimits& limits) {
  TSUGI_RETURN_IF_ERROR(CheckLimit("file", bytes.size(), limits.max_file_bytes));
  Model model(std::move(bytes));
  const std::span<const uint8_t> file = std::as_const(model.bytes_).span();
  TSUGI_ASSIGN_OR_RETURN(const FileHeader header, FileHeader::Decode(file));
  TSUGI_RETURN_IF_ERROR(CheckLimit("header.metadata_bytes", header.metadata_bytes,
                                   std::min(limits.max_metadata_bytes, uint32_t{1} << 30)));
  TSUGI_ASSIGN_OR_RETURN(const fbs::Model* const metadata, VerifyMetadata(file, header, limits));

  MetadataReader reader(file, header, limits);
  TSUGI_RETURN_IF_ERROR(OfAFile(reader.Read(*metadata)));
  model.view_ = std::move(reader.view);
  model.expanded_ = std::move(reader.expanded);
  model.view_.fingerprint = Fingerprint(reader.segments);
  model.provenance_ = std::move(reader.provenance);
  model.segments_ = std::move(reader.segments);
  model.format_version_ = header.version;

  TSUGI_RETURN_IF_ERROR(OfAFile(model.view_.Validate()));
  return model;
}

}  // namespace tsugi
