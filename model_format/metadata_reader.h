#ifndef TSUGI_MODEL_FORMAT_METADATA_READER_H_
#define TSUGI_MODEL_FORMAT_METADATA_READER_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/aligned_buffer.h"
#include "core/base/status.h"
#include "core/model/model_view.h"
#include "model_format/file_header.h"
#include "model_format/provenance.h"
#include "model_format/reader.h"

namespace tsugi::fbs {
struct ItemAttributes;
struct Model;
struct Segment;
struct Tensor;
}  // namespace tsugi::fbs

namespace tsugi {

/// Second stage of ReadModel: turns verified metadata into a view of `file`, checking each value.
/// Internal to model_format. Borrows `file`, which must outlive `view`.
class MetadataReader {
 public:
  MetadataReader(std::span<const uint8_t> file, const FileHeader& header, const ReadLimits& limits)
      : segment_area_(file.subspan(header.segment_base)),
        segment_base_(header.segment_base),
        max_tensors_(limits.max_tensors) {}

  /// Fills the four members below; they are unspecified after an error.
  /// Requires: `metadata` passed the FlatBuffers verifier.
  /// Errors: kCorruptModel with the field's path; kOutOfMemory for too many tensors.
  Status Read(const fbs::Model& metadata);

  ModelView view;
  Provenance provenance;
  std::vector<SegmentInfo> segments;            ///< in file order after Read
  std::vector<AlignedBuffer<int8_t>> expanded;  ///< what `view` shows of 4-bit rows

 private:
  Status ReadSpec(const fbs::Model& metadata);
  Status ReadTensor(const std::string& path, const fbs::Tensor* tensor);
  /// The string table of that entry, or an empty view if the file has none.
  Result<StringTableView> ReadStrings(const fbs::Model& metadata, const StringsEntry& entry);
  Status ReadAttributes(const fbs::ItemAttributes* attributes);
  Result<std::span<const uint32_t>> TakeIndices(const std::string& name,
                                                const fbs::Segment* segment);
  void ReadProvenance(const fbs::Model& metadata);
  /// Checks that the segment is aligned and inside the file, and notes it for CheckSegments.
  Result<std::span<const uint8_t>> TakeSegment(const std::string& name,
                                               const fbs::Segment* segment);
  /// Checks that no two segments overlap, their padding and their checksums. Reads each byte once.
  Status CheckSegments();
  /// Replaces what `view` has of 4-bit rows by int8. After CheckSegments: segments that are apart
  /// bound the memory.
  Status ExpandInt4();

  std::span<const uint8_t> segment_area_;
  uint64_t segment_base_;
  uint32_t max_tensors_;
};

}  // namespace tsugi

#endif  // TSUGI_MODEL_FORMAT_METADATA_READER_H_
