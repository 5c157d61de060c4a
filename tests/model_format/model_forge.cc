#include "tests/model_format/model_forge.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "model_format/checksum.h"
#include "model_format/writer.h"
#include "tests/golden/golden_models.h"

namespace {
size_t largest_allocation = 0;
}  // namespace

void* operator new(size_t bytes, const std::nothrow_t&) noexcept {
  largest_allocation = std::max(largest_allocation, bytes);
  return std::malloc(bytes == 0 ? 1 : bytes);
}
void* operator new(size_t bytes) {
  if (void* memory = operator new(bytes, std::nothrow)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace tsugi {

size_t LargestAllocation() { return largest_allocation; }
void ResetLargestAllocation() { largest_allocation = 0; }

std::vector<uint8_t> GoldenBytes(std::string_view name) {
  const auto model = MakeGoldenModel(name);
  const auto bytes = EncodeModel(model->data.View(), model->provenance, model->data.Int4View());
  return {bytes->data(), bytes->data() + bytes->size()};
}

ForgedModel ForgedModel::FromGolden(std::string_view name) { return FromBytes(GoldenBytes(name)); }

ForgedModel ForgedModel::FromBytes(std::span<const uint8_t> file) {
  ForgedModel forged;
  forged.header = *FileHeader::Decode(file);
  fbs::GetModel(file.data() + forged.header.metadata_offset)->UnPackTo(&forged.metadata);
  forged.segment_area.assign(file.begin() + static_cast<ptrdiff_t>(forged.header.segment_base),
                             file.end());
  return forged;
}

fbs::TensorT& ForgedModel::tensor(std::string_view name) {
  return **std::ranges::find_if(metadata.tensors,
                                [name](const auto& t) { return t->name == name; });
}

fbs::StringTableT& ForgedModel::strings(std::string_view name) {
  const auto has_name = [name](const auto& named) { return named->name == name; };
  return *(*std::ranges::find_if(metadata.strings, has_name))->strings;
}

void ForgedModel::RemoveStrings(std::string_view name) {
  std::erase_if(metadata.strings, [name](const auto& named) { return named->name == name; });
}

void ForgedModel::FixSegmentChecksums() {
  const auto fix = [this](const auto& segment) {
    if (segment == nullptr || segment->offset > segment_area.size() ||
        segment->bytes > segment_area.size() - segment->offset) {
      return;
    }
    segment->checksum =
        ComputeChecksum(std::span(segment_area).subspan(segment->offset, segment->bytes));
  };
  for (const auto& tensor : metadata.tensors) {
    if (tensor != nullptr) fix(tensor->segment);
  }
  for (const auto& named : metadata.strings) {
    if (named == nullptr || named->strings == nullptr) continue;
    fix(named->strings->offsets);
    fix(named->strings->text);
  }
  if (const auto* attributes = metadata.item_attributes.get()) {
    fix(attributes->offsets);
    fix(attributes->indices);
  }
}

std::vector<uint8_t> ForgedModel::Assemble() {
  flatbuffers::FlatBufferBuilder builder;
  fbs::FinishModelBuffer(builder, fbs::Model::Pack(builder, &metadata));
  const std::span<const uint8_t> packed(builder.GetBufferPointer(), builder.GetSize());
  header.metadata_offset = kFileHeaderBytes;
  header.metadata_bytes = static_cast<uint32_t>(packed.size());
  header.metadata_checksum = ComputeChecksum(packed);
  header.segment_base = (kFileHeaderBytes + packed.size() + 63) / 64 * 64;
  header.file_bytes = header.segment_base + segment_area.size();
  const auto head = header.Encode();
  std::vector<uint8_t> file(header.segment_base);
  std::ranges::copy(head, file.begin());
  std::ranges::copy(packed, file.begin() + kFileHeaderBytes);
  file.insert(file.end(), segment_area.begin(), segment_area.end());
  return file;
}

void FixChecksums(std::vector<uint8_t>& file) {
  uint32_t metadata_bytes = 0;
  uint64_t metadata_offset = 0;
  std::memcpy(&metadata_bytes, &file[12], sizeof(metadata_bytes));
  std::memcpy(&metadata_offset, &file[24], sizeof(metadata_offset));
  if (metadata_offset <= file.size() && metadata_bytes <= file.size() - metadata_offset) {
    const uint64_t sum = ComputeChecksum(std::span(file).subspan(metadata_offset, metadata_bytes));
    std::memcpy(&file[48], &sum, sizeof(sum));
  }
  const uint64_t sum = ComputeChecksum(std::span(file).first(56));
  std::memcpy(&file[56], &sum, sizeof(sum));
}

Result<Model> ReadCopy(std::span<const uint8_t> file, const ReadLimits& limits) {
  TSUGI_ASSIGN_OR_RETURN(auto bytes, AlignedBuffer<uint8_t>::Create(file.size()));
  std::ranges::copy(file, bytes.data());
  return ReadModel(std::move(bytes), limits);
}

}  // namespace tsugi
