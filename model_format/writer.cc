#include "model_format/writer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/model/parts.h"
#include "model_format/checksum.h"
#include "model_format/file_header.h"
#include "model_format/schema/model_generated.h"

namespace tsugi {
namespace {

// Large segments start on a page of any phone (16 KiB), so that they can be mapped on their own.
constexpr uint64_t kLargeSegmentBytes = uint64_t{1} << 20;
constexpr uint64_t kPageBytes = 16384;
// Half of the metadata that a reader accepts by default (ReadLimits): the rest is for the list of
// tensors.
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
    // Offsets count from the segment base, so a segment lies on a page only if the base does, too.
    if (is_large) base_alignment_ = kPageBytes;
    const uint64_t offset = AlignUp(end_, is_large ? kPageBytes : kBufferAlignment);
    segments_.push_back({offset, {static_cast<const uint8_t*>(data), bytes}});
    // The padding belongs to the segment: kernels may read past its end, but never into the next
    // one.
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

using TableOffset = flatbuffers::Offset<flatbuffers::Table>;

/// Builds what the fields of a spec refer to, which must be in the buffer before its table. A table
/// can not be interrupted by another object, so the lists take a pass of their own. FieldWriter
/// asks for them in the same order.
class ListWriter final : public SpecVisitor {
 public:
  explicit ListWriter(flatbuffers::FlatBufferBuilder& builder) : builder_(builder) {}

  void Count(const char*, uint32_t&, const CountRange&) override {}
  void Number(const char*, float&, const NumberRange&) override {}
  void Flag(const char*, bool&) override {}
  void Choice(const char*, uint8_t&, std::span<const std::string_view>) override {}
  // An empty list is left out, as if its field did not exist: a file is the same as before the
  // field.
  void Counts(const char*, std::vector<uint32_t>& values, const CountRange&,
              const CountRange&) override {
    lists.emplace_back();
    if (!values.empty()) lists.back() = builder_.CreateVector(values);
  }

  std::vector<flatbuffers::Offset<flatbuffers::Vector<uint32_t>>> lists;

 private:
  flatbuffers::FlatBufferBuilder& builder_;
};

/// Adds the fields of a spec to its table. All are written, defaults too: a file says what it
/// means.
class FieldWriter final : public SpecVisitor {
 public:
  FieldWriter(flatbuffers::FlatBufferBuilder& builder, const ListWriter& lists)
      : builder_(builder), list_(lists.lists.begin()) {}

  void Count(const char*, uint32_t& value, const CountRange&) override { Add(value); }
  void Number(const char*, float& value, const NumberRange&) override { Add(value); }
  void Flag(const char*, bool& value) override { Add(static_cast<uint8_t>(value)); }
  void Choice(const char*, uint8_t& value, std::span<const std::string_view>) override {
    Add(value);
  }
  void Counts(const char*, std::vector<uint32_t>&, const CountRange&, const CountRange&) override {
    builder_.AddOffset(Next(), *list_++);
  }

 private:
  // The n-th field that a spec visits is field n of its table in the schema. That is why fields are
  // only ever added at the end of VisitFields.
  flatbuffers::voffset_t Next() {
    return flatbuffers::FieldIndexToOffset(static_cast<flatbuffers::voffset_t>(field_++));
  }
  template <typename T>
  void Add(T value) {
    builder_.AddElement(Next(), value);
  }

  flatbuffers::FlatBufferBuilder& builder_;
  std::vector<flatbuffers::Offset<flatbuffers::Vector<uint32_t>>>::const_iterator list_;
  size_t field_ = 0;
};

class MetadataBuilder {
 public:
  // Fills `plan` with the segments of `view`. Whatever goes into the buffer does so in a statement
  // of its own: the order of a call's arguments is the compiler's choice, and so would the bytes
  // be.
  flatbuffers::DetachedBuffer Build(const ModelView& view, const Provenance& provenance,
                                    const Int4Tensors& int4, SegmentPlan& plan) {
    ModelSpec spec = view.spec;  // a visitor may write; these do not
    const auto backbone = BuildTable([&](SpecVisitor& visitor) { spec.VisitFields(visitor); });
    const auto parts = BuildParts(spec);
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
    const auto attributes = BuildAttributes(view, plan);
    std::vector<flatbuffers::Offset<fbs::NamedStrings>> strings;
    for (const StringsEntry& entry : BuildStringsTable(view.spec)) {
      const StringTableView table = view.Strings(entry.name);
      if (!table.offsets.empty()) strings.push_back(BuildStrings(entry.name, table, plan));
    }
    const auto string_list = builder_.CreateVector(strings);
    const auto origin = BuildProvenance(provenance);
    fbs::ModelBuilder model(builder_);
    model.add_spec(backbone.o);
    model.add_parts(parts.o);
    model.add_tensors(tensor_list);
    model.add_strings(string_list);
    model.add_item_attributes(attributes);
    model.add_provenance(origin);
    fbs::FinishModelBuffer(builder_, model.Finish());
    return builder_.Release();
  }

 private:
  // The table of a spec, whose fields `visit` shows.
  template <typename Visit>
  TableOffset BuildTable(const Visit& visit) {
    ListWriter lists(builder_);
    visit(lists);
    FieldWriter fields(builder_, lists);
    const auto start = builder_.StartTable();
    visit(fields);
    return TableOffset(builder_.EndTable(start));
  }

  // The place of a part in Parts() is its field in the schema. AddOffset leaves out a null offset,
  // so a part that the model lacks takes no bytes.
  TableOffset BuildParts(ModelSpec& spec) {
    std::vector<TableOffset> tables;
    for (const Part& part : Parts()) {
      tables.push_back(part.is_in(spec)
                           ? BuildTable([&](SpecVisitor& visitor) { part.visit(spec, visitor); })
                           : TableOffset());
    }
    const auto start = builder_.StartTable();
    for (size_t i = 0; i < tables.size(); ++i) {
      builder_.AddOffset(flatbuffers::FieldIndexToOffset(static_cast<flatbuffers::voffset_t>(i)),
                         tables[i]);
    }
    return TableOffset(builder_.EndTable(start));
  }

  flatbuffers::Offset<fbs::Provenance> BuildProvenance(const Provenance& provenance) {
    const auto version = builder_.CreateString(provenance.tsugi_version);
    const auto data_hash = builder_.CreateString(provenance.data_hash);
    const auto config = builder_.CreateString(provenance.config);
    const auto metrics = builder_.CreateString(provenance.metrics);
    return fbs::CreateProvenance(builder_, version, data_hash, config, provenance.seed, metrics,
                                 provenance.created_s);
  }

  // Each segment has a checksum of its own, so that a damaged file can be reported by the name of
  // the tensor that is damaged.
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
    const auto text = builder_.CreateString(name);
    return fbs::CreateTensor(builder_, text, dtype, dims, segment);
  }

  flatbuffers::Offset<fbs::NamedStrings> BuildStrings(std::string_view name,
                                                      const StringTableView& table,
                                                      SegmentPlan& plan) {
    const auto offsets = BuildSegment(table.offsets.data(), table.offsets.size_bytes(), plan);
    const auto text = BuildSegment(table.text.data(), table.text.size(), plan);
    const auto strings = fbs::CreateStringTable(builder_, offsets, text);
    const auto key = builder_.CreateString(name);
    return fbs::CreateNamedStrings(builder_, key, strings);
  }

  flatbuffers::Offset<fbs::ItemAttributes> BuildAttributes(const ModelView& view,
                                                           SegmentPlan& plan) {
    if (view.attribute_names().offsets.empty()) return 0;
    const auto& offsets = view.item_attribute_offsets;
    const auto& indices = view.item_attributes;
    const auto offset_segment = BuildSegment(offsets.data(), offsets.size_bytes(), plan);
    const auto index_segment = BuildSegment(indices.data(), indices.size_bytes(), plan);
    return fbs::CreateItemAttributes(builder_, offset_segment, index_segment);
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
    // In blocks: the gap in front of a segment that starts on a page may be almost 16 KiB.
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

// The engine computes with the int8 rows that 4-bit rows expand to. If the two differed, the model
// that was measured would not be the model in the file.
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

// Finds everything that can be wrong with the input, because nothing may reach the sink before the
// model is known to be valid.
Status CheckInput(const ModelView& view, const Provenance& provenance, const Int4Tensors& int4) {
  TSUGI_RETURN_IF_ERROR(view.Validate());
  TSUGI_RETURN_IF_ERROR(CheckInt4(view, int4));
  const std::vector<TensorEntry> table = BuildTensorTable(view.spec);
  if (view.tensors.size() != table.size()) {  // all of the table are there, so some are foreign
    return InvalidArgument(Concat("tensors: ", view.tensors.size(), ", but the table lists ",
                                  table.size(), "; remove those that the spec does not name"));
  }
  const std::vector<StringsEntry> strings = BuildStringsTable(view.spec);
  for (const NamedStrings& named : view.strings) {
    const auto is_named = [&](const StringsEntry& entry) { return entry.name == named.name; };
    if (std::any_of(strings.begin(), strings.end(), is_named)) continue;
    return InvalidArgument(Concat("strings: '", named.name, "' is none of the spec's; remove it"));
  }
  const uint64_t provenance_bytes = provenance.tsugi_version.size() + provenance.data_hash.size() +
                                    provenance.config.size() + provenance.metrics.size();
  if (provenance_bytes > kMaxProvenanceBytes) {
    return InvalidArgument(Concat("provenance: ", provenance_bytes, " bytes, expected at most ",
                                  kMaxProvenanceBytes, "; shorten config or metrics"));
  }
  return Status();
}

// A bit for everything that changes scores. A reader that does not know one of them refuses the
// file; if it went on, it would leave out tensors and rank differently without a word.
uint32_t RequiredFeatures(const ModelSpec& spec, bool has_int4) {
  uint32_t features = kFeatureParts;
  if (spec.time_gap_buckets > 0) features |= kFeatureTimeGaps;
  if (spec.projection_width > 0) features |= kFeatureProjection;
  if (spec.action_count > 0 || spec.value_buckets > 0) features |= kFeatureContexts;
  if (has_int4) features |= kFeatureInt4;
  for (const Part& part : Parts()) {
    if (part.is_in(spec)) features |= part.required_features;
  }
  return features;
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

// The metadata holds the place of every segment, and the header holds the size of the metadata, so
// they are built in the opposite order to that of the file. Offsets count from the segment base,
// since its place depends on the size of the very metadata that holds them.
Status WriteModel(const ModelView& view, const Provenance& provenance, ByteSink& sink,
                  const Int4Tensors& int4) {
  TSUGI_RETURN_IF_ERROR(CheckInput(view, provenance, int4));
  SegmentPlan plan;
  const flatbuffers::DetachedBuffer built = MetadataBuilder().Build(view, provenance, int4, plan);
  const std::span<const uint8_t> metadata(built.data(), built.size());

  FileHeader header;
  header.required_features = RequiredFeatures(view.spec, !int4.empty());
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

// ReadModel needs aligned and padded memory, whose size is known only at the end; hence one copy.
Result<AlignedBuffer<uint8_t>> EncodeModel(const ModelView& view, const Provenance& provenance,
                                           const Int4Tensors& int4) {
  BufferSink sink;
  TSUGI_RETURN_IF_ERROR(WriteModel(view, provenance, sink, int4));
  TSUGI_ASSIGN_OR_RETURN(auto buffer, AlignedBuffer<uint8_t>::Create(sink.bytes().size()));
  std::memcpy(buffer.data(), sink.bytes().data(), sink.bytes().size());
  return buffer;
}

}  // namespace tsugi
