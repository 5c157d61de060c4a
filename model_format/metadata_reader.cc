#include "model_format/metadata_reader.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/base/aligned_buffer.h"
#include "core/base/bytes.h"
#include "core/base/text.h"
#include "core/model/parts.h"
#include "model_format/checksum.h"
#include "model_format/int4_rows.h"
#include "model_format/schema/model_generated.h"

namespace tsugi {
namespace {

// The schema and the engine number these enums alike, so values are cast and not translated. A
// value that is added on one side alone stops the build here.
static_assert(static_cast<int>(fbs::DType::U64) == static_cast<int>(DType::kU64));
static_assert(fbs::DType::MAX == fbs::DType::I4);
static_assert(static_cast<size_t>(fbs::BlockKind::MAX) + 1 == kBlockKindNames.size());
static_assert(static_cast<size_t>(fbs::TextRule::MAX) + 1 == kTextRuleNames.size());

constexpr size_t kMaxNameBytes = 200;

Status Damaged(const std::string& path, const std::string& what) {
  return CorruptModel(Concat(path, ": ", what, kDamagedFile));
}

// Names go into messages and terminals, so nothing but these characters may pass.
bool IsTensorName(const flatbuffers::String* text) {
  const std::string_view name = text == nullptr ? std::string_view() : text->string_view();
  return !name.empty() && name.size() <= kMaxNameBytes &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
         });
}

std::string CopyString(const flatbuffers::String* text) {
  return text == nullptr ? std::string() : text->str();
}

// Reads one or two dimensions whose product in bytes fits 64 bits.
Result<Shape> ReadShape(const std::string& path, DType dtype, const fbs::Tensor& tensor) {
  const auto* dims = tensor.shape();
  if (dims == nullptr || dims->size() < 1 || dims->size() > 2) {
    return Damaged(Concat(path, ".shape"), "expected one or two dimensions");
  }
  // Byte by byte: FlatBuffers checks that the length of a vector is aligned, not that 8-byte
  // elements are.
  const uint64_t first = LoadLittleEndian<uint64_t>(dims->Data());
  const Shape shape = dims->size() == 1
                          ? Shape::Vector(first)
                          : Shape::Matrix(first, LoadLittleEndian<uint64_t>(dims->Data() + 8));
  uint64_t elements = 0;
  uint64_t bytes = 0;
  if (shape.rows() == 0 || shape.columns() == 0 ||
      __builtin_mul_overflow(shape.rows(), shape.columns(), &elements) ||
      __builtin_mul_overflow(elements, uint64_t{DTypeBytes(dtype)}, &bytes)) {
    return Damaged(Concat(path, ".shape"),
                   Concat("[", shape.rows(), ", ", shape.columns(),
                          "] is empty or overflows, expected a size in bytes"));
  }
  return shape;
}

/// Reads the fields of a spec from its table. A field that the table lacks is 0, as the schema
/// says. ModelSpec::Validate checks the values.
class FieldReader final : public SpecVisitor {
 public:
  explicit FieldReader(const flatbuffers::Table& table) : table_(table) {}

  void Count(const char*, uint32_t& value, const CountRange&) override { Read(value); }
  void Number(const char*, float& value, const NumberRange&) override { Read(value); }
  void Flag(const char*, bool& value) override {
    // Read as a byte: a bool that holds neither 0 nor 1 is undefined behaviour.
    uint8_t byte = 0;
    Read(byte);
    value = byte != 0;
  }
  void Choice(const char*, uint8_t& value, std::span<const std::string_view>) override {
    Read(value);
  }
  void Counts(const char*, std::vector<uint32_t>& values, const CountRange& size,
              const CountRange&) override {
    const auto* list = table_.GetPointer<const flatbuffers::Vector<uint32_t>*>(Next());
    values.clear();
    // One more than allowed is enough to be refused.
    for (uint32_t i = 0; list != nullptr && i < list->size() && i <= size.high; ++i) {
      values.push_back(list->Get(i));
    }
  }

 private:
  // As in the writer: the n-th field that a spec visits is field n of its table.
  flatbuffers::voffset_t Next() {
    return flatbuffers::FieldIndexToOffset(static_cast<flatbuffers::voffset_t>(field_++));
  }
  template <typename T>
  void Read(T& value) {
    value = table_.GetField<T>(Next(), T{});
  }

  const flatbuffers::Table& table_;
  size_t field_ = 0;
};

/// The generated accessors are of a class around this one. They derive from it privately, so no
/// other cast gets there.
const flatbuffers::Table* AsTable(const void* generated) {
  return static_cast<const flatbuffers::Table*>(generated);
}

}  // namespace

// The spec comes first, since it says which string tables to look for and how long they are.
// Segments are compared with each other once all are known, and 4-bit rows are expanded only after
// their checksum was found right.
Status MetadataReader::Read(const fbs::Model& metadata) {
  TSUGI_RETURN_IF_ERROR(ReadSpec(metadata));
  const auto* tensors = metadata.tensors();
  if (tensors == nullptr) return Damaged("tensors", "missing");
  if (tensors->size() > max_tensors_) {
    return OutOfMemory(Concat("tensors: ", tensors->size(), ", the limit is ", max_tensors_,
                              "; raise the limit or export the model again"));
  }
  for (uint32_t i = 0; i < tensors->size(); ++i) {
    TSUGI_RETURN_IF_ERROR(ReadTensor(Concat("tensors[", i, "]"), tensors->Get(i)));
  }
  for (const StringsEntry& entry : BuildStringsTable(view.spec)) {
    TSUGI_ASSIGN_OR_RETURN(const StringTableView strings, ReadStrings(metadata, entry));
    if (!strings.offsets.empty()) view.strings.push_back({entry.name, strings});
  }
  TSUGI_RETURN_IF_ERROR(ReadAttributes(metadata.item_attributes()));
  ReadProvenance(metadata);
  TSUGI_RETURN_IF_ERROR(CheckSegments());
  return ExpandInt4();
}

// A field or a part that this build does not know is never looked at. The required features of the
// header have already said whether that is safe.
Status MetadataReader::ReadSpec(const fbs::Model& metadata) {
  if (metadata.spec() == nullptr) return Damaged("spec", "missing");
  FieldReader backbone(*AsTable(metadata.spec()));
  view.spec.VisitFields(backbone);
  if (metadata.parts() != nullptr) {
    flatbuffers::voffset_t field = 0;
    for (const Part& part : Parts()) {
      const auto* table =
          AsTable(metadata.parts())
              ->GetPointer<const flatbuffers::Table*>(flatbuffers::FieldIndexToOffset(field++));
      if (table == nullptr) continue;
      FieldReader reader(*table);
      part.add(view.spec);
      part.visit(view.spec, reader);
    }
  }
  // The tables of tensors and strings may only be built for a valid spec.
  return view.spec.Validate();
}

// The name comes first, because every later message quotes it. A tensor that no table lists is kept
// and ignored, so that later versions may add some (FORMAT.md, "Promise").
Status MetadataReader::ReadTensor(const std::string& path, const fbs::Tensor* tensor) {
  if (tensor == nullptr || !IsTensorName(tensor->name())) {
    return Damaged(Concat(path, ".name"), Concat("expected 1 to ", kMaxNameBytes,
                                                 " characters of a-z, 0-9, dot and underscore"));
  }
  const std::string name = tensor->name()->str();
  if (tensor->dtype() > fbs::DType::MAX) {
    return Damaged(Concat(name, ".dtype"),
                   Concat("unknown number ", static_cast<int>(tensor->dtype())));
  }
  const bool is_int4 = tensor->dtype() == fbs::DType::I4;
  const auto dtype = is_int4 ? DType::kI8 : static_cast<DType>(tensor->dtype());
  TSUGI_ASSIGN_OR_RETURN(const Shape shape, ReadShape(name, dtype, *tensor));
  TSUGI_ASSIGN_OR_RETURN(const auto bytes, TakeSegment(name, tensor->segment()));
  const uint64_t row_bytes =
      is_int4 ? Int4RowBytes(shape.columns()) : shape.columns() * DTypeBytes(dtype);
  uint64_t expected = 0;
  if (__builtin_mul_overflow(shape.rows(), row_bytes, &expected) || bytes.size() != expected) {
    return Damaged(Concat(name, ".segment.bytes"), Concat(bytes.size(), ", expected ", expected));
  }
  segments.back().is_int4 = is_int4;
  const bool is_new = view.tensors.emplace(name, TensorView{dtype, shape, bytes.data()}).second;
  return is_new ? Status() : Damaged(name, "listed twice");
}

// A linear search through the file's list, whose length the verifier has bounded (max_tables).
Result<StringTableView> MetadataReader::ReadStrings(const fbs::Model& metadata,
                                                    const StringsEntry& entry) {
  const std::string_view name = entry.name;
  StringTableView table;
  const auto* list = metadata.strings();
  for (uint32_t i = 0; list != nullptr && i < list->size(); ++i) {
    const fbs::NamedStrings* named = list->Get(i);
    if (named->name() == nullptr || named->name()->string_view() != name) continue;
    if (!table.offsets.empty()) return Damaged(std::string(name), "listed twice");
    if (named->strings() == nullptr) return Damaged(std::string(name), "has no strings");
    TSUGI_ASSIGN_OR_RETURN(const auto offsets,
                           TakeSegment(Concat(name, ".offsets"), named->strings()->offsets()));
    TSUGI_ASSIGN_OR_RETURN(const auto text,
                           TakeSegment(Concat(name, ".text"), named->strings()->text()));
    if (offsets.size() % sizeof(uint64_t) != 0 || offsets.empty()) {
      return Damaged(Concat(name, ".offsets.bytes"),
                     Concat(offsets.size(), ", expected a positive multiple of 8"));
    }
    const uint64_t expected = (entry.count + 1) * sizeof(uint64_t);
    if (entry.count != kAnyCount && offsets.size() != expected) {
      return Damaged(Concat(name, ".offsets.bytes"),
                     Concat(offsets.size(), ", expected ", expected));
    }
    // TakeSegment only returns bytes that start at a multiple of 64, so u64 may be read in place.
    table.offsets = {reinterpret_cast<const uint64_t*>(offsets.data()),
                     offsets.size() / sizeof(uint64_t)};
    table.text = {reinterpret_cast<const char*>(text.data()), text.size()};
  }
  return table;
}

Status MetadataReader::ReadAttributes(const fbs::ItemAttributes* attributes) {
  if (attributes == nullptr) return Status();
  TSUGI_ASSIGN_OR_RETURN(view.item_attribute_offsets,
                         TakeIndices("item_attributes.offsets", attributes->offsets()));
  TSUGI_ASSIGN_OR_RETURN(view.item_attributes,
                         TakeIndices("item_attributes.indices", attributes->indices()));
  return Status();
}

Result<std::span<const uint32_t>> MetadataReader::TakeIndices(const std::string& name,
                                                              const fbs::Segment* segment) {
  TSUGI_ASSIGN_OR_RETURN(const auto bytes, TakeSegment(name, segment));
  if (bytes.size() % sizeof(uint32_t) != 0) {
    return Damaged(Concat(name, ".bytes"), Concat(bytes.size(), ", expected a multiple of 4"));
  }
  return std::span(reinterpret_cast<const uint32_t*>(bytes.data()),
                   bytes.size() / sizeof(uint32_t));
}

// Text for people. Any bytes are taken, so whoever shows them must escape them first.
void MetadataReader::ReadProvenance(const fbs::Model& metadata) {
  const fbs::Provenance* from = metadata.provenance();
  if (from == nullptr) return;
  provenance.tsugi_version = CopyString(from->tsugi_version());
  provenance.data_hash = CopyString(from->data_hash());
  provenance.config = CopyString(from->config());
  provenance.seed = from->seed();
  provenance.metrics = CopyString(from->metrics());
  provenance.created_s = from->created_s();
}

// Offset and size are numbers of an untrusted file: their sum may wrap around, so they are only
// ever subtracted from what is known to be at least as large.
Result<std::span<const uint8_t>> MetadataReader::TakeSegment(const std::string& name,
                                                             const fbs::Segment* segment) {
  const std::string path = Concat(name, ".segment");
  if (segment == nullptr) return Damaged(path, "missing");
  const uint64_t offset = segment->offset();
  const uint64_t area = segment_area_.size();
  if (offset % kBufferAlignment != 0) {
    return Damaged(Concat(path, ".offset"), Concat(offset, " is not a multiple of 64"));
  }
  if (offset > area || area - offset < kReadPadding ||
      segment->bytes() > area - offset - kReadPadding) {
    return Damaged(path, Concat(segment->bytes(), " bytes at ", offset,
                                ", expected to end 64 bytes before the file's last, ", area));
  }
  segments.push_back({name, segment_base_ + offset, segment->bytes(), segment->checksum(), false});
  return segment_area_.subspan(static_cast<size_t>(offset), static_cast<size_t>(segment->bytes()));
}

// In the order of their places each segment needs to be compared with the one before it alone. The
// sums can not overflow: TakeSegment has checked that each segment lies inside the file.
Status MetadataReader::CheckSegments() {
  // A heap: n log n whatever a hostile file lists, and a tenth of std::sort's code.
  const auto is_before = [](const SegmentInfo& a, const SegmentInfo& b) {
    return a.offset != b.offset ? a.offset < b.offset : a.bytes < b.bytes;
  };
  std::make_heap(segments.begin(), segments.end(), is_before);
  std::sort_heap(segments.begin(), segments.end(), is_before);
  for (size_t i = 1; i < segments.size(); ++i) {
    if (segments[i].offset < segments[i - 1].offset + segments[i - 1].bytes + kReadPadding) {
      return Damaged(Concat(segments[i].name, ".segment.offset"),
                     Concat(segments[i].offset, " overlaps ", segments[i - 1].name,
                            " or its 64 bytes of padding"));
    }
  }
  for (const SegmentInfo& segment : segments) {
    const auto begin = segment_area_.subspan(static_cast<size_t>(segment.offset - segment_base_));
    const auto bytes = begin.first(static_cast<size_t>(segment.bytes));
    const auto padding = begin.subspan(bytes.size(), kReadPadding);
    if (ComputeChecksum(bytes) != segment.checksum) {
      return Damaged(Concat(segment.name, ".segment"), "checksum does not match");
    }
    if (std::any_of(padding.begin(), padding.end(), [](uint8_t byte) { return byte != 0; })) {
      return Damaged(Concat(segment.name, ".segment"), "padding is not zero");
    }
  }
  return Status();
}

// Needs at most two bytes for each byte of the file, so a small file can not ask for much memory.
Status MetadataReader::ExpandInt4() {
  for (const SegmentInfo& segment : segments) {
    if (!segment.is_int4) continue;
    TensorView& tensor = view.tensors.find(segment.name)->second;
    TSUGI_ASSIGN_OR_RETURN(auto rows, AlignedBuffer<int8_t>::Create(tensor.bytes()));
    ExpandInt4Rows({static_cast<const uint8_t*>(tensor.data), static_cast<size_t>(segment.bytes)},
                   tensor.shape.columns(), rows.span());
    tensor.data = rows.data();
    expanded.push_back(std::move(rows));
  }
  return Status();
}

}  // namespace tsugi
