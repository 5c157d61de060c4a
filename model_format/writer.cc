#include "model_format/writer.h"

#include <array>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "core/base/concat.h"
#include "core/model/tensor_table.h"
#include "model_format/checksum.h"
#include "model_format/file_header.h"
#include "model_format/schema/model_generated.h"

namespace tsugi {
namespace {

// Large segments start on a page of any phone (16 KiB), so that they can be mapped on their own.
constexpr uint64_t kLargeSegmentBytes = uint64_t{1} << 20;
constexpr uint64_t kPageBytes = 16384;
constexpr uint64_t kMaxProvenanceBytes = uint64_t{8} << 20;

uint64_t AlignUp(uint64_t offset, uint64_t alignment) {
  return (offset + alignment - 1) / alignment * alignment;
}

struct PlannedSegment {
  uint64_t offset;  // from the segment base
  std::span<const uint8_t> bytes;
};

// Decides where each segment lies, in the order in which they are taken.
class SegmentPlan {
 public:
  size_t Take(const void* data, size_t bytes) {
    const bool is_large = bytes >= kLargeSegmentBytes;
    if (is_large) base_alignment_ = kPageBytes;
    const uint64_t offset = AlignUp(end_, is_large ? kPageBytes : kBufferAlignment);
    segments_.push_back({offset, {static_cast<const uint8_t*>(data), bytes}});
    end_ = offset + bytes + kReadPadding;
    return segments_.size() - 1;
  }
  const std::vector<PlannedSegment>& segments() const { return segments_; }
  uint64_t base_alignment() const { return base_alignment_; }
  uint64_t end() const { return end_; }

 private:
  std::vector<PlannedSegment> segments_;
  uint64_t base_alignment_ = kBufferAlignment;
  uint64_t end_ = 0;
};

class MetadataBuilder {
 public:
  // Fills `plan` with the segments of `view`.
  flatbuffers::DetachedBuffer Build(const ModelView& view, const Provenance& provenance,
                                    const Int4Tensors& int4, SegmentPlan& plan) {
    const auto spec = BuildSpec(view.spec);
    std::vector<flatbuffers::Offset<fbs::Tensor>> tensors;
    for (const TensorEntry& entry : BuildTensorTable(view.spec)) {
      const auto four_bits = int4.find(entry.name);
      const TensorView tensor = view.Find(entry.name);
      tensors.push_back(
          four_bits == int4.end()
              ? BuildTensor(entry.name, tensor.shape, static_cast<fbs::DType>(tensor.dtype),
                            {static_cast<const uint8_t*>(tensor.data), tensor.bytes()}, plan)
              : BuildTensor(entry.name, tensor.shape, fbs::DType::I4, four_bits->second, plan));
    }
    const auto tensor_list = builder_.CreateVector(tensors);
    const auto ids = BuildStrings(view.item_ids, plan);
    const auto attributes = BuildAttributes(view, plan);
    const auto intents = BuildStrings(view.intent_labels, plan);
    const auto titles = BuildStrings(view.item_titles, plan);
    const auto words = BuildStrings(view.title_words, plan);
    const auto pieces = BuildStrings(view.pieces, plan);
    const auto actions = BuildStrings(view.action_names, plan);
    const auto origin = fbs::CreateProvenance(
        builder_, builder_.CreateString(provenance.tsugi_version),
        builder_.CreateString(provenance.data_hash), builder_.CreateString(provenance.config),
        provenance.seed, builder_.CreateString(provenance.metrics), provenance.created_s);
    fbs::FinishModelBuffer(
        builder_, fbs::CreateModel(builder_, spec, tensor_list, ids, titles, origin, attributes,
                                   intents, words, pieces, actions));
    return builder_.Release();
  }

 private:
  flatbuffers::Offset<fbs::Spec> BuildSpec(const ModelSpec& spec) {
    flatbuffers::Offset<flatbuffers::Vector<uint32_t>> intent_labels = 0;
    if (spec.has_intents()) {
      intent_labels = builder_.CreateVector(spec.intent_labels.data(), spec.intent_family_count());
    }
    return fbs::CreateSpec(
        builder_, spec.item_count, spec.model_width, spec.layer_count, spec.head_count,
        spec.feed_forward_width, spec.window, static_cast<fbs::BlockKind>(spec.block_kind),
        spec.normalize_hidden, spec.logit_scale, spec.input_scale, spec.filter_seen,
        static_cast<fbs::DType>(spec.weight_dtype), spec.code_count, spec.code_candidates,
        spec.time_gap_buckets, intent_labels, spec.intent_layer_count, spec.short_term_events,
        spec.short_term_s, spec.projection_width, spec.tower_features, spec.imagine_width,
        spec.imagine_blocks, spec.imagine_attributes, spec.imagine_words, spec.language_width,
        spec.language_layers, spec.language_heads, spec.language_feed_forward, spec.language_window,
        spec.language_pieces, spec.fusion_share, spec.fusion_slope, spec.fusion_threshold,
        spec.action_count, spec.value_buckets);
  }

  flatbuffers::Offset<fbs::Segment> BuildSegment(const void* data, size_t bytes,
                                                 SegmentPlan& plan) {
    const PlannedSegment& segment = plan.segments()[plan.Take(data, bytes)];
    return fbs::CreateSegment(builder_, segment.offset, bytes, ComputeChecksum(segment.bytes));
  }

  flatbuffers::Offset<fbs::Tensor> BuildTensor(const std::string& name, const Shape& shape,
                                               fbs::DType dtype, std::span<const uint8_t> bytes,
                                               SegmentPlan& plan) {
    const auto segment = BuildSegment(bytes.data(), bytes.size(), plan);
    const auto dims = builder_.CreateVector(shape.dims.data(), shape.rank);
    return fbs::CreateTensor(builder_, builder_.CreateString(name), dtype, dims, segment);
  }

  // Absent in the file when the view has none.
  flatbuffers::Offset<fbs::StringTable> BuildStrings(const StringTableView& strings,
                                                     SegmentPlan& plan) {
    if (strings.offsets.empty()) return 0;
    const auto offsets = BuildSegment(strings.offsets.data(), strings.offsets.size_bytes(), plan);
    const auto text = BuildSegment(strings.text.data(), strings.text.size(), plan);
    return fbs::CreateStringTable(builder_, offsets, text);
  }

  flatbuffers::Offset<fbs::ItemAttributes> BuildAttributes(const ModelView& view,
                                                           SegmentPlan& plan) {
    if (view.attribute_names.offsets.empty()) return 0;
    const auto names = BuildStrings(view.attribute_names, plan);
    const auto& offsets = view.item_attribute_offsets;
    const auto& indices = view.item_attributes;
    const auto offset_segment = BuildSegment(offsets.data(), offsets.size_bytes(), plan);
    const auto index_segment = BuildSegment(indices.data(), indices.size_bytes(), plan);
    return fbs::CreateItemAttributes(builder_, names, offset_segment, index_segment);
  }

  flatbuffers::FlatBufferBuilder builder_;
};

// Counts what goes to the sink and fills gaps with zeros.
class PaddedOutput {
 public:
  explicit PaddedOutput(ByteSink& sink) : sink_(sink) {}

  Status Append(std::span<const uint8_t> bytes) {
    written_ += bytes.size();
    return bytes.empty() ? Status() : sink_.Append(bytes);
  }
  Status PadTo(uint64_t position) {
    static constexpr std::array<uint8_t, 256> kZeros{};
    while (written_ < position) {
      const uint64_t gap = position - written_;
      TSUGI_RETURN_IF_ERROR(
          Append(std::span(kZeros).first(gap < kZeros.size() ? gap : kZeros.size())));
    }
    return Status();
  }

 private:
  ByteSink& sink_;
  uint64_t written_ = 0;
};

Status CheckInt4(const ModelView& view, const Int4Tensors& int4) {
  std::vector<int8_t> row;
  for (const auto& [name, packed] : int4) {
    const TensorView tensor = view.Find(name);
    const uint64_t columns = tensor.shape.columns(), row_bytes = Int4RowBytes(columns);
    bool is_equal = !tensor.empty() && tensor.dtype == DType::kI8 &&
                    packed.size() == tensor.shape.rows() * row_bytes;
    row.resize(columns);
    for (uint64_t r = 0; is_equal && r < tensor.shape.rows(); ++r) {
      ExpandInt4Rows(packed.subspan(r * row_bytes, row_bytes), columns, row);
      is_equal = std::memcmp(row.data(), tensor.as<int8_t>().data() + r * columns, columns) == 0;
    }
    if (!is_equal) {
      return InvalidArgument(
          Concat(name, ": its 4-bit rows are not those of the model; quantise both together"));
    }
  }
  return Status();
}

Status CheckInput(const ModelView& view, const Provenance& provenance, const Int4Tensors& int4) {
  TSUGI_RETURN_IF_ERROR(view.Validate());
  TSUGI_RETURN_IF_ERROR(CheckInt4(view, int4));
  const std::vector<TensorEntry> table = BuildTensorTable(view.spec);
  if (view.tensors.size() != table.size()) {  // all of the table are there, so some are foreign
    return InvalidArgument(Concat("tensors: ", view.tensors.size(), ", but the table lists ",
                                  table.size(), "; remove those that the spec does not name"));
  }
  const uint64_t provenance_bytes = provenance.tsugi_version.size() + provenance.data_hash.size() +
                                    provenance.config.size() + provenance.metrics.size();
  if (provenance_bytes > kMaxProvenanceBytes) {
    return InvalidArgument(Concat("provenance: ", provenance_bytes, " bytes, expected at most ",
                                  kMaxProvenanceBytes, "; shorten config or metrics"));
  }
  return Status();
}

class BufferSink : public ByteSink {
 public:
  Status Append(std::span<const uint8_t> bytes) override {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return Status();
  }
  const std::vector<uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<uint8_t> bytes_;
};

}  // namespace

Status WriteModel(const ModelView& view, const Provenance& provenance, ByteSink& sink,
                  const Int4Tensors& int4) {
  TSUGI_RETURN_IF_ERROR(CheckInput(view, provenance, int4));
  SegmentPlan plan;
  const flatbuffers::DetachedBuffer built = MetadataBuilder().Build(view, provenance, int4, plan);
  const std::span<const uint8_t> metadata(built.data(), built.size());

  FileHeader header;
  if (view.spec.time_gap_buckets > 0) header.required_features |= kFeatureTimeGaps;
  if (view.spec.has_intents()) header.required_features |= kFeatureIntents;
  if (view.spec.projection_width > 0) header.required_features |= kFeatureProjection;
  if (view.spec.action_count > 0 || view.spec.value_buckets > 0) {
    header.required_features |= kFeatureContexts;
  }
  if (!int4.empty()) header.required_features |= kFeatureInt4;
  header.metadata_bytes = static_cast<uint32_t>(metadata.size());
  header.metadata_checksum = ComputeChecksum(metadata);
  header.segment_base = AlignUp(kFileHeaderBytes + metadata.size(), plan.base_alignment());
  header.file_bytes = header.segment_base + plan.end();

  PaddedOutput output(sink);
  TSUGI_RETURN_IF_ERROR(output.Append(header.Encode()));
  TSUGI_RETURN_IF_ERROR(output.Append(metadata));
  for (const PlannedSegment& segment : plan.segments()) {
    TSUGI_RETURN_IF_ERROR(output.PadTo(header.segment_base + segment.offset));
    TSUGI_RETURN_IF_ERROR(output.Append(segment.bytes));
  }
  return output.PadTo(header.file_bytes);
}

Result<AlignedBuffer<uint8_t>> EncodeModel(const ModelView& view, const Provenance& provenance,
                                           const Int4Tensors& int4) {
  BufferSink sink;
  TSUGI_RETURN_IF_ERROR(WriteModel(view, provenance, sink, int4));
  TSUGI_ASSIGN_OR_RETURN(auto buffer, AlignedBuffer<uint8_t>::Create(sink.bytes().size()));
  std::memcpy(buffer.data(), sink.bytes().data(), sink.bytes().size());
  return buffer;
}

}  // namespace tsugi
