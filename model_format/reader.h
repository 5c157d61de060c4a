#ifndef TSUGI_MODEL_FORMAT_READER_H_
#define TSUGI_MODEL_FORMAT_READER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/aligned_buffer.h"
#include "core/base/status.h"
#include "core/model/model_view.h"
#include "model_format/provenance.h"

namespace tsugi {

/// What a reader is willing to spend on a file it does not trust.
struct ReadLimits {
  uint64_t max_file_bytes = uint64_t{8} << 30;       ///< lower it where memory is short
  uint32_t max_metadata_bytes = uint32_t{16} << 20;  ///< also bounds everything ReadModel allocates
  uint32_t max_tensors = 16384;
};

/// One segment of a file, for `inspect`.
struct SegmentInfo {
  std::string name;  ///< tensor name, or item_ids.offsets, item_ids.text, item_titles.*,
                     ///< attribute_names.*, item_attributes.offsets, item_attributes.indices
  uint64_t offset;   ///< from the file's begin
  uint64_t bytes;
  uint64_t checksum;
  bool is_int4 = false;  ///< a matrix of 4-bit rows; the view shows it as i8
};

/// A model file in memory: owns the bytes, and shows them as a ModelView that points straight into
/// them (4-bit rows: into a copy expanded to int8). Movable (the view stays valid), not copyable.
/// Must outlive whatever borrows its view.
class Model {
 public:
  Model(Model&&) = default;
  Model& operator=(Model&&) = default;

  const ModelView& view() const { return view_; }
  const Provenance& provenance() const { return provenance_; }
  uint32_t format_version() const { return format_version_; }
  uint64_t file_bytes() const { return bytes_.size(); }
  /// In file order.
  const std::vector<SegmentInfo>& segments() const { return segments_; }

 private:
  friend Result<Model> ReadModel(AlignedBuffer<uint8_t> bytes, const ReadLimits& limits);
  explicit Model(AlignedBuffer<uint8_t> bytes) : bytes_(std::move(bytes)) {}

  AlignedBuffer<uint8_t> bytes_;
  std::vector<AlignedBuffer<int8_t>> expanded_;
  ModelView view_;
  Provenance provenance_;
  std::vector<SegmentInfo> segments_;
  uint32_t format_version_ = 0;
};

/// Reads a whole `.tsugi` file. Only this function sees untrusted bytes; it checks them once and
/// completely.
///
/// Checks, in order: header, limits, metadata checksum, FlatBuffers verifier, then every value:
/// enums, shape products, segments inside, aligned and apart, checksums, and ModelView::Validate
/// (tensors of the table present, scales positive, string tables and
/// attributes ascending).
/// Errors:    kCorruptModel with the path of the field; kVersionTooNew (made by a newer tsugi);
///            kOutOfMemory (larger than `limits`).
/// Ownership: takes the bytes; allocates only what the metadata describes, never what it claims,
///            and at most two bytes for one of 4-bit rows.
Result<Model> ReadModel(AlignedBuffer<uint8_t> bytes, const ReadLimits& limits = {});

}  // namespace tsugi

#endif  // TSUGI_MODEL_FORMAT_READER_H_
