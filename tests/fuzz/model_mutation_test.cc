#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/model/parts.h"
#include "core/recommender.h"
#include "core/session.h"
#include "model_format/checksum.h"
#include "tests/golden/golden_models.h"
#include "tests/model_format/model_forge.h"

namespace tsugi {
namespace {

constexpr int kMutationsPerKind = 2000;
constexpr size_t kLargeAllocation = 1u << 20;
constexpr uint64_t kBit = 1;
// clang-format off
constexpr uint64_t kInteresting[] = {
    0, 1, 2, 5, 63, 64, 65, 127, 255, 4096, 0x7fffffff, 0x80000000, 0xffffffff,
    kBit << 32, kBit << 62, kBit << 63, ~uint64_t{0} - 63, ~uint64_t{0}};
// clang-format on

uint64_t InterestingValue(Random& random) {
  return kInteresting[random.NextBelow(std::size(kInteresting))];
}

uint64_t SomeValue(Random& random) {
  return random.NextBelow(2) == 0 ? InterestingValue(random) : random.NextBelow(100);
}

// Overwrites, flips, or copies a few bytes of `bytes`.
void MutateBytes(std::span<uint8_t> bytes, Random& random) {
  const uint64_t count = 1 + random.NextBelow(4);
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t at = random.NextBelow(bytes.size());
    const uint64_t value = InterestingValue(random);
    const size_t width = std::min<size_t>(size_t{1} << random.NextBelow(4), bytes.size() - at);
    switch (random.NextBelow(4)) {
      case 0:
        bytes[at] ^= static_cast<uint8_t>(1u << random.NextBelow(8));
        break;
      case 1:
        bytes[at] = static_cast<uint8_t>(random.NextU64());
        break;
      case 2:
        std::memcpy(&bytes[at], &value, width);
        break;
      default:
        bytes[at] = bytes[random.NextBelow(bytes.size())];
        break;
    }
  }
}

// Moves or resizes one of the segments that attributes lie in, if there are any.
void MutateAttributes(ForgedModel& model, Random& random, uint64_t value) {
  const auto* attributes = model.metadata.item_attributes.get();
  if (attributes == nullptr) return;
  fbs::StringTableT& names = model.strings("attribute_names");
  fbs::SegmentT* segments[] = {names.offsets.get(), names.text.get(), attributes->offsets.get(),
                               attributes->indices.get()};
  fbs::SegmentT& segment = *segments[random.NextBelow(4)];
  (random.NextBelow(2) == 0 ? segment.offset : segment.bytes) = value;
}

// Moves or resizes a segment of one of the string tables, if there are any.
void MutateStrings(ForgedModel& model, Random& random, uint64_t value) {
  if (model.metadata.strings.empty()) return;
  const size_t chosen = random.NextBelow(model.metadata.strings.size());
  fbs::StringTableT& strings = *model.metadata.strings[chosen]->strings;
  fbs::SegmentT& segment = random.NextBelow(2) == 0 ? *strings.offsets : *strings.text;
  (random.NextBelow(2) == 0 ? segment.offset : segment.bytes) = value;
}

/// Overwrites one field of a spec's table in the file, whatever part it is of.
class FieldMutator final : public SpecVisitor {
 public:
  FieldMutator(flatbuffers::Table& table, uint64_t chosen, uint64_t value)
      : table_(table), chosen_(chosen), value_(value) {}
  void Count(const char*, uint32_t&, const CountRange&) override { Set<uint32_t>(); }
  void Number(const char*, float&, const NumberRange&) override { Set<float>(); }
  void Flag(const char*, bool&) override { Set<uint8_t>(); }
  void Choice(const char*, uint8_t&, std::span<const std::string_view>) override { Set<uint8_t>(); }
  void Counts(const char*, std::vector<uint32_t>&, const CountRange&, const CountRange&) override {
    const auto offset = flatbuffers::FieldIndexToOffset(field_);
    auto* list = table_.GetPointer<flatbuffers::Vector<uint32_t>*>(offset);
    if (field_++ != chosen_ || list == nullptr) return;
    for (uint32_t i = 0; i < list->size(); ++i) {
      if (i % 2 == value_ % 2) list->Mutate(i, static_cast<uint32_t>(value_));
    }
  }
  uint64_t field_count() const { return field_; }

 private:
  template <typename T>
  void Set() {
    const auto offset = flatbuffers::FieldIndexToOffset(field_);
    if (field_++ == chosen_) table_.SetField<T>(offset, static_cast<T>(value_), T{});
  }
  flatbuffers::Table& table_;
  uint64_t chosen_, value_;
  flatbuffers::voffset_t field_ = 0;
};

// Changes a field of the backbone's spec or of a part's.
void MutateSpec(std::vector<uint8_t>& file, Random& random) {
  auto* model = flatbuffers::GetMutableRoot<flatbuffers::Table>(
      file.data() + FileHeader::Decode(file)->metadata_offset);
  const auto table_at = [](flatbuffers::Table& from, size_t field) {
    return from.GetPointer<flatbuffers::Table*>(
        flatbuffers::FieldIndexToOffset(static_cast<flatbuffers::voffset_t>(field)));
  };
  const uint64_t value = SomeValue(random);
  const uint64_t choice = random.NextBelow(2 * Parts().size());
  const uint64_t chosen = random.NextBelow(20);
  ModelSpec spec;
  flatbuffers::Table* table = table_at(*model, 0);
  flatbuffers::Table* of_part =
      choice < Parts().size() ? table_at(*table_at(*model, 1), choice) : nullptr;
  if (of_part == nullptr) {
    FieldMutator mutator(*table, chosen, value);
    return spec.VisitFields(mutator);
  }
  const Part& part = Parts()[choice];
  part.add(spec);
  FieldMutator counter(*of_part, ~uint64_t{0}, 0);
  part.visit(spec, counter);
  FieldMutator mutator(*of_part, chosen % counter.field_count(), value);
  part.visit(spec, mutator);
}

// Changes one number of the metadata, reaching values that random bytes rarely hit.
void MutateField(ForgedModel& model, Random& random) {
  fbs::TensorT& tensor = *model.metadata.tensors[random.NextBelow(model.metadata.tensors.size())];
  const uint64_t value = SomeValue(random);
  switch (random.NextBelow(8)) {
    case 0:
      tensor.dtype = static_cast<fbs::DType>(value);
      break;
    case 1:
      tensor.shape.assign(random.NextBelow(4), value);
      break;
    case 2:
      tensor.shape[random.NextBelow(tensor.shape.size())] = value;
      break;
    case 3:
      tensor.segment->offset += (random.NextBelow(9) - 4) * 64;
      break;
    case 4:
      MutateAttributes(model, random, value);
      break;
    case 5:
      MutateStrings(model, random, value);
      break;
    case 6:
      tensor.segment->offset = value;
      break;
    default:
      tensor.segment->bytes = value;
      break;
  }
}

enum class Kind { kRawBytes, kHeader, kMetadata, kFields, kSegments };

std::vector<uint8_t> Mutate(const std::vector<uint8_t>& file, Kind kind, Random& random) {
  const FileHeader header = *FileHeader::Decode(file);
  std::vector<uint8_t> mutant = file;
  switch (kind) {
    case Kind::kRawBytes:
      MutateBytes(mutant, random);
      if (random.NextBelow(4) == 0) mutant.resize(random.NextBelow(mutant.size()));
      return mutant;
    case Kind::kHeader:
      MutateBytes(std::span(mutant).subspan(8, 48), random);
      break;
    case Kind::kMetadata:
      MutateBytes(std::span(mutant).subspan(kFileHeaderBytes, header.metadata_bytes), random);
      break;
    case Kind::kFields: {
      if (random.NextBelow(2) == 0) {
        MutateSpec(mutant, random);
        break;
      }
      ForgedModel forged = ForgedModel::FromBytes(file);
      MutateField(forged, random);
      forged.FixSegmentChecksums();
      return forged.Assemble();
    }
    case Kind::kSegments: {
      ForgedModel forged = ForgedModel::FromBytes(file);
      MutateBytes(forged.segment_area, random);
      forged.FixSegmentChecksums();
      return forged.Assemble();
    }
  }
  FixChecksums(mutant);
  return mutant;
}

// Reads everything a model shows, so that a sanitizer sees a span that leaves the file.
uint64_t ReadEverything(const Model& model) {
  uint64_t sum = 0;
  for (const auto& [name, tensor] : model.view().tensors) {
    sum +=
        ComputeChecksum({static_cast<const uint8_t*>(tensor.data), tensor.bytes() + kReadPadding});
  }
  for (const auto& [name, strings] : model.view().strings) {
    for (size_t i = 0; i < strings.size(); ++i) {
      for (const char c : strings[i]) sum += static_cast<uint8_t>(c);
    }
  }
  for (const uint32_t attribute : model.view().item_attributes) sum += attribute;
  return sum;
}

// Drives the engine on a model whose weights may be any finite numbers. Returns "ok" if every list
// names items of the catalogue, "not finite" if the engine said so where the weights overflow.
std::string RunEngine(const Model& model) {
  const auto recommender = Recommender::Create(model.view());
  if (!recommender.ok()) return "ok";  // refused: what such a mutant is for
  const auto session = (*recommender)->CreateSession();
  EXPECT_TRUE(session.ok());
  const auto overflows = [](const Status& status) {
    const bool is_overflow = status.message().find("not finite") != std::string_view::npos;
    EXPECT_TRUE(status.ok() || is_overflow) << status.message();
    return !status.ok();
  };
  const uint32_t item_count = model.view().spec.item_count;
  for (uint32_t item = 0; item < 3; ++item) {
    const auto pushed = (*session)->Push({item % item_count, 1'000'000 << item});
    if (overflows(pushed)) return "not finite";
  }
  const std::vector<int32_t> predicate = {~0, kEndClause};
  const std::vector<uint32_t> capped = {0};
  std::vector<RecommendOptions> requests = {{.k = 4}};
  if (model.view().attribute_names().size() > 0) {
    requests.push_back(
        {.k = 4, .predicate = predicate, .cap = 1, .cap_attributes = capped, .diversity = 0.5f});
  }
  for (const RecommendOptions& request : requests) {
    const auto list = (*session)->Recommend(request);
    if (overflows(list.status())) return "not finite";
    for (const ScoredItem& one : *list) EXPECT_LT(one.item_index, item_count);
  }
  return "ok";
}

// What became of the mutants of one kind: "ok", or the first word of the error's path.
std::map<std::string, int> RunMutations(Kind kind) {
  std::vector<std::vector<uint8_t>> corpus;
  for (const std::string_view name : GoldenModelNames()) corpus.push_back(GoldenBytes(name));
  std::map<std::string, int> outcomes;
  for (int i = 0; i < kMutationsPerKind; ++i) {
    Random random(static_cast<uint64_t>(i), static_cast<uint64_t>(kind));
    const std::vector<uint8_t> mutant =
        Mutate(corpus[random.NextBelow(corpus.size())], kind, random);
    ResetLargestAllocation();
    const auto read = ReadCopy(mutant);
    EXPECT_LT(LargestAllocation(), kLargeAllocation) << "mutation " << i;
    if (read.ok()) {
      EXPECT_TRUE(read->view().Validate().ok()) << "mutation " << i;
      EXPECT_NE(ReadEverything(*read), 0u);
      ++outcomes[RunEngine(*read)];
    } else {
      const std::string message(read.status().message());
      EXPECT_NE(message.find(": "), std::string::npos) << message;
      ++outcomes[message.substr(0, message.find_first_of(".:["))];
    }
  }
  return outcomes;
}

TEST(ModelMutation, OfRawBytesIsRefusedOrHarmless) {
  auto outcomes = RunMutations(Kind::kRawBytes);
  EXPECT_GT(outcomes["header"], 0);
  EXPECT_GT(outcomes["metadata"], 0);
  EXPECT_GT(outcomes["encoder"], 0);
}

TEST(ModelMutation, OfTheHeaderIsRefusedOrHarmless) {
  auto outcomes = RunMutations(Kind::kHeader);
  EXPECT_GT(outcomes["header"], 0);
  EXPECT_GT(outcomes["ok"], 0);  // optional features
}

TEST(ModelMutation, OfTheMetadataReachesVerifierAndFieldChecks) {
  auto outcomes = RunMutations(Kind::kMetadata);
  for (const char* where : {"metadata", "spec", "tensors", "encoder", "item_ids", "ok"}) {
    EXPECT_GT(outcomes[where], 0) << where;
  }
}

TEST(ModelMutation, OfFieldsReachesEveryCheck) {
  auto outcomes = RunMutations(Kind::kFields);
  for (const char* where : {"spec", "encoder", "items", "item_ids", "item_attributes", "ok"}) {
    EXPECT_GT(outcomes[where], 0) << where;
  }
}

TEST(ModelMutation, OfSegmentsChangesWeightsOrIsRefused) {
  auto outcomes = RunMutations(Kind::kSegments);
  for (const char* where : {"encoder", "item_ids", "item_titles", "item_attributes",
                            "attribute_names", "not finite", "ok"}) {
    EXPECT_GT(outcomes[where], 0) << where;
  }
}

}  // namespace
}  // namespace tsugi
