// Files whose checksums fit but whose contents lie: each is an error that names the field.

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model_format/reader.h"
#include "tests/golden/golden_models.h"
#include "tests/model_format/model_forge.h"

namespace tsugi {
namespace {

// The tensor table of the 64 layers a spec may claim is the largest: 1,700 rows as its vector
// grows.
constexpr size_t kLargeAllocation = 256u << 10;
constexpr uint64_t kHuge = ~uint64_t{0};
constexpr char kQkv[] = "encoder.layers.0.qkv.weight";
constexpr char kScales[] = "encoder.layers.0.qkv.weight.scales";
constexpr char kNorm[] = "encoder.norm.weight";

struct HostileCase {
  const char* name;
  const char* path;  // how the message begins
  std::function<void(ForgedModel&)> change;
};

void PrintTo(const HostileCase& hostile, std::ostream* out) { *out << hostile.name; }

class HostileModel : public testing::TestWithParam<HostileCase> {};

TEST_P(HostileModel, IsAnErrorWithAPathAndNoLargeAllocation) {
  ForgedModel forged = ForgedModel::FromGolden("intent_i8");
  GetParam().change(forged);
  forged.FixSegmentChecksums();
  const std::vector<uint8_t> file = forged.Assemble();
  ResetLargestAllocation();
  const auto read = ReadCopy(file);
  EXPECT_LT(LargestAllocation(), kLargeAllocation);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.status().code(), StatusCode::kCorruptModel) << read.status().message();
  EXPECT_TRUE(read.status().message().starts_with(GetParam().path)) << read.status().message();
  EXPECT_NE(read.status().message().find("; "), std::string::npos) << read.status().message();
}

using F = ForgedModel;

void AddCodes(F& f, uint32_t count, uint32_t candidates) {
  f.metadata.parts->quantised_codes = std::make_unique<fbs::QuantisedCodesSpecT>();
  f.metadata.parts->quantised_codes->count = count;
  f.metadata.parts->quantised_codes->candidates = candidates;
}

fbs::IntentSpecT& Intent(F& f) { return *f.metadata.parts->intent; }

void AddTower(F& f, uint32_t features) {
  f.metadata.parts->item_tower = std::make_unique<fbs::ItemTowerSpecT>();
  f.metadata.parts->item_tower->features = features;
}

void AddWords(F& f, uint32_t count, uint32_t width, uint32_t codes = 1, float weight_step = 1) {
  f.metadata.parts->word_vectors = std::make_unique<fbs::WordVectorsSpecT>();
  f.metadata.parts->word_vectors->count = count;
  f.metadata.parts->word_vectors->width = width;
  f.metadata.parts->word_vectors->codes = codes;
  f.metadata.parts->word_vectors->weight_step = weight_step;
}

const HostileCase kSpecCases[] = {
    {"CodesThatAreNotThere", "quantised_codes.codes: missing", [](F& f) { AddCodes(f, 4, 10); }},
    {"OddCodeCount", "spec.quantised_codes.count: 6 is not a multiple of 4",
     [](F& f) {
       f.metadata.spec->width = 8;
       AddCodes(f, 6, 10);
     }},
    {"HugeCodeCount", "spec.quantised_codes.count: 4294967292",
     [](F& f) { AddCodes(f, 0xfffffffc, 10); }},
    {"MoreCodesThanColumns", "spec.quantised_codes.count: 8, expected 4 to 4",
     [](F& f) { AddCodes(f, 8, 10); }},
    {"NoCodes", "spec.quantised_codes.count: 0", [](F& f) { AddCodes(f, 0, 7); }},
    {"NoCodeCandidates", "spec.quantised_codes.candidates: 0", [](F& f) { AddCodes(f, 4, 0); }},
    {"HugeCodeCandidates", "spec.quantised_codes.candidates: 4294967295",
     [](F& f) { AddCodes(f, 4, ~0u); }},
    {"NoSpec", "spec: missing", [](F& f) { f.metadata.spec.reset(); }},
    {"NoItems", "spec.item_count: 0",
     [](F& f) {
       f.metadata.spec->item_count = 0;
       f.RemoveStrings("item_ids");
       f.RemoveStrings("item_titles");
     }},
    {"HugeItemCount", "spec.item_count",
     [](F& f) {
       f.metadata.spec->item_count = ~0u;
       f.RemoveStrings("item_ids");
       f.RemoveStrings("item_titles");
     }},
    {"ManyItems", "items.table: i8 [5, 4], expected i8 [268435456, 4]",
     [](F& f) {
       f.metadata.spec->item_count = 1u << 28;
       f.RemoveStrings("item_ids");
       f.RemoveStrings("item_titles");
     }},
    {"HugeWidth", "spec.width", [](F& f) { f.metadata.spec->width = ~0u; }},
    {"WidthNotMultipleOfHeads", "spec.width", [](F& f) { f.metadata.spec->heads = 3; }},
    {"NoHeads", "spec.heads", [](F& f) { f.metadata.spec->heads = 0; }},
    {"HugeLayerCount", "spec.layers", [](F& f) { f.metadata.spec->layers = ~0u; }},
    {"MoreLayersThanTensors", "encoder.layers.2", [](F& f) { f.metadata.spec->layers = 64; }},
    {"HugeFeedForward", "spec.feed_forward", [](F& f) { f.metadata.spec->feed_forward = ~0u; }},
    {"HugeWindow", "spec.window", [](F& f) { f.metadata.spec->window = ~0u; }},
    {"OtherWindow", "intent.layers.0.relative_bias", [](F& f) { f.metadata.spec->window = 7; }},
    {"UnknownBlockKind", "spec.block: 2",
     [](F& f) { f.metadata.spec->block = static_cast<fbs::BlockKind>(2); }},
    {"OtherBlockKind", "intent.layers.0.up.weight",
     [](F& f) { f.metadata.spec->block = fbs::BlockKind::SasRec; }},
    {"UnknownWeightDtype", "spec.weight_dtype: 200",
     [](F& f) { f.metadata.spec->weight_dtype = static_cast<fbs::DType>(200); }},
    {"OtherWeightDtype", "intent.short_term.qkv.weight",
     [](F& f) { f.metadata.spec->weight_dtype = fbs::DType::F32; }},
    {"NanLogitScale", "spec.logit_scale",
     [](F& f) { f.metadata.spec->logit_scale = std::numeric_limits<float>::quiet_NaN(); }},
    {"FamilyOfOneLabel", "spec.intent.family_labels[1]: 1",
     [](F& f) { Intent(f).family_labels[1] = 1; }},
    {"FamilyAfterAGap", "spec.intent.family_labels[0]: 0",
     [](F& f) {
       Intent(f).family_labels = {0, 2};
     }},
    {"HugeFamily", "spec.intent.family_labels[0]", [](F& f) { Intent(f).family_labels[0] = ~0u; }},
    {"TooManyFamilies", "spec.intent.family_labels: number of entries: 9",
     [](F& f) { Intent(f).family_labels.assign(9, 2); }},
    {"NoFamilies", "spec.intent.family_labels: number of entries: 0",
     [](F& f) { Intent(f).family_labels.clear(); }},
    {"OtherLabelCount", "intent.labels.offsets.bytes: 48, expected 56",
     [](F& f) { Intent(f).family_labels[1] = 3; }},
    {"NoIntentLayers", "spec.intent.layers: 0", [](F& f) { Intent(f).layers = 0; }},
    {"HugeIntentLayerCount", "spec.intent.layers", [](F& f) { Intent(f).layers = ~0u; }},
    {"ShortTermBeyondTheWindow", "spec.intent.short_term_events: 7",
     [](F& f) { Intent(f).short_term_events = 7; }},
    {"ProjectionWiderThanTheModel", "spec.projection_width: 5",
     [](F& f) { f.metadata.spec->projection_width = 5; }},
    {"ProjectionWithoutItsTensors", "items.input.weight: missing",
     [](F& f) { f.metadata.spec->projection_width = 4; }},
    {"TowerOfAnOddSize", "spec.item_tower.features: 100 is not a power of two",
     [](F& f) { AddTower(f, 100); }},
    {"HugeTower", "spec.item_tower.features", [](F& f) { AddTower(f, 1u << 31); }},
    {"TowerWithoutItsTensors", "item_tower.features: missing", [](F& f) { AddTower(f, 64); }},
    {"HugeWordCount", "spec.word_vectors.count: 4294967295", [](F& f) { AddWords(f, ~0u, 2); }},
    {"HugeWordWidth", "spec.word_vectors.width: 4097", [](F& f) { AddWords(f, 3, 4097); }},
    {"NoWords", "spec.word_vectors.count: 0", [](F& f) { AddWords(f, 0, 2); }},
    {"NoWordCodes", "spec.word_vectors.codes: 0", [](F& f) { AddWords(f, 3, 2, 0); }},
    {"HugeWordCodes", "spec.word_vectors.codes: 33", [](F& f) { AddWords(f, 3, 4096, 33); }},
    {"NoWordWeights", "spec.word_vectors.weight_step", [](F& f) { AddWords(f, 3, 2, 1, 0.0f); }},
    {"WordsWithoutTheirTensors", "word_vectors.hashes: missing", [](F& f) { AddWords(f, 3, 2); }},
    {"SecondsWithoutAShortTermEncoder", "spec.intent.short_term_s: 3600",
     [](F& f) { Intent(f).short_term_events = 0; }},
    {"NegativeInputScale", "spec.input_scale", [](F& f) { f.metadata.spec->input_scale = -1; }},
};

const HostileCase kTensorCases[] = {
    {"NoTensors", "tensors: missing", [](F& f) { f.metadata.tensors.clear(); }},
    {"MissingTensor", kNorm, [](F& f) { f.tensor(kNorm).name = "encoder.norm.other"; }},
    {"TensorTwice", "encoder.norm.weight: listed twice",
     [](F& f) { f.tensor("encoder.norm.bias").name = kNorm; }},
    {"EmptyName", "tensors[0].name", [](F& f) { f.metadata.tensors[0]->name.clear(); }},
    {"TerminalCodesInName", "tensors[1].name",
     [](F& f) { f.metadata.tensors[1]->name = "\x1b[31m"; }},
    {"LongName", "tensors[2].name",
     [](F& f) { f.metadata.tensors[2]->name = std::string(100000, 'a'); }},
    {"UnknownDtype", "encoder.norm.weight.dtype: unknown number 6",
     [](F& f) { f.tensor(kNorm).dtype = static_cast<fbs::DType>(6); }},
    {"OtherDtype", "encoder.norm.weight: i32 [4], expected f32 [4]",
     [](F& f) { f.tensor(kNorm).dtype = fbs::DType::I32; }},
    {"NoShape", "encoder.norm.weight.shape", [](F& f) { f.tensor(kNorm).shape.clear(); }},
    {"ThreeDimensions", "encoder.norm.weight.shape",
     [](F& f) {
       f.tensor(kNorm).shape = {4, 1, 1};
     }},
    {"ZeroDimension", "encoder.norm.weight.shape", [](F& f) { f.tensor(kNorm).shape = {0}; }},
    {"OverflowingProduct", "encoder.layers.0.qkv.weight.shape",
     [](F& f) {
       f.tensor(kQkv).shape = {uint64_t{1} << 33, uint64_t{1} << 31};
     }},
    {"OverflowingBytes", "encoder.norm.weight.shape",
     [](F& f) { f.tensor(kNorm).shape = {uint64_t{1} << 62}; }},
    {"ProductThatWrapsToTheRightSize", "encoder.layers.0.qkv.weight.shape",
     [](F& f) {
       f.tensor(kQkv).shape = {(uint64_t{1} << 63) + 24, 2};
     }},
    {"HugeShape", "encoder.layers.0.qkv.weight.segment.bytes: 48",
     [](F& f) {
       f.tensor(kQkv).shape = {uint64_t{1} << 40, 4};
     }},
    {"TransposedShape", "encoder.layers.0.qkv.weight: i8 [4, 12]",
     [](F& f) {
       f.tensor(kQkv).shape = {4, 12};
     }},
    {"VectorForMatrix", kQkv, [](F& f) { f.tensor(kQkv).shape = {48}; }},
};

const HostileCase kSegmentCases[] = {
    {"NoSegment", "encoder.norm.weight.segment: missing",
     [](F& f) { f.tensor(kNorm).segment.reset(); }},
    {"MisalignedSegment", "encoder.norm.weight.segment.offset",
     [](F& f) { f.tensor(kNorm).segment->offset += 4; }},
    {"SegmentBehindTheFile", "encoder.norm.weight.segment: 16 bytes at",
     [](F& f) { f.tensor(kNorm).segment->offset = uint64_t{1} << 40; }},
    {"SegmentOffsetWraps", "encoder.norm.weight.segment: 16 bytes at",
     [](F& f) { f.tensor(kNorm).segment->offset = kHuge - 63; }},
    {"SegmentBytesWrap", "encoder.norm.weight.segment: 18446744073709551615 bytes",
     [](F& f) { f.tensor(kNorm).segment->bytes = kHuge; }},
    {"SegmentTooShort", "encoder.norm.weight.segment.bytes: 12, expected 16",
     [](F& f) { f.tensor(kNorm).segment->bytes = 12; }},
    {"SegmentWithoutPaddingAtTheEnd", "item_titles.text.segment",
     [](F& f) { f.segment_area.resize(f.segment_area.size() - 1); }},
    {"SharedSegment", "encoder.norm.",
     [](F& f) { f.tensor(kNorm).segment->offset = f.tensor("encoder.norm.bias").segment->offset; }},
    {"SegmentInAnothersPadding", "encoder.layers.0.norm1.bias.segment.offset",
     [](F& f) {
       f.tensor("encoder.layers.0.norm1.bias").segment->offset =
           f.tensor("encoder.layers.0.norm1.weight").segment->offset + 64;
     }},
    {"PaddingNotZero", "encoder.norm.weight.segment: padding",
     [](F& f) { f.Put<uint8_t>(*f.tensor(kNorm).segment, 16 + 63, 1); }},
};

const HostileCase kValueCases[] = {
    {"NanScale", kScales,
     [](F& f) { f.Put(*f.tensor(kScales).segment, 4, std::numeric_limits<float>::quiet_NaN()); }},
    {"NegativeScale", kScales, [](F& f) { f.Put(*f.tensor(kScales).segment, 44, -1.0f); }},
    {"ZeroScale", kScales, [](F& f) { f.Put(*f.tensor(kScales).segment, 0, 0.0f); }},
    {"InfiniteScale", kScales,
     [](F& f) { f.Put(*f.tensor(kScales).segment, 0, std::numeric_limits<float>::infinity()); }},
    {"NanWeight", "encoder.norm.weight: value 3 is not finite",
     [](F& f) { f.Put(*f.tensor(kNorm).segment, 12, std::numeric_limits<float>::quiet_NaN()); }},
    {"StringsWithoutOffsets", "item_ids.offsets.segment: missing",
     [](F& f) { f.strings("item_ids").offsets.reset(); }},
    {"StringsWithoutText", "item_titles.text.segment: missing",
     [](F& f) { f.strings("item_titles").text.reset(); }},
    {"TooFewStringOffsets", "item_ids.offsets.bytes: 40, expected 48",
     [](F& f) { f.strings("item_ids").offsets->bytes = 40; }},
    {"UnsortedStringOffsets",
     "item_ids:", [](F& f) { f.Put(*f.strings("item_ids").offsets, 16, uint64_t{3}); }},
    {"StringOffsetBehindTheText",
     "item_titles:", [](F& f) { f.Put(*f.strings("item_titles").offsets, 40, kHuge); }},
    {"FirstStringOffsetNotZero",
     "item_titles:", [](F& f) { f.Put(*f.strings("item_titles").offsets, 0, uint64_t{1}); }},
    {"TextShorterThanItsOffsets", "item_ids:",
     [](F& f) {
       auto& text = *f.strings("item_ids").text;
       f.Put(text, text.bytes - 1, uint8_t{0});
       text.bytes -= 1;
     }},
};

// Golden: names genres=Crime genres=Drama year=1999 year=2003; items {0 1 2} {} {1 3} {1} {0 3}.
const HostileCase kAttributeCases[] = {
    {"NoAttributeNames", "item_attributes: those of item 0",
     [](F& f) { f.RemoveStrings("attribute_names"); }},
    {"NamesWithoutAttributes", "item_attributes: offsets",
     [](F& f) { f.metadata.item_attributes.reset(); }},
    {"StringsTwice", "attribute_names: listed twice",
     [](F& f) {
       auto copy = std::make_unique<fbs::NamedStringsT>();
       copy->name = "attribute_names";
       copy->strings = std::make_unique<fbs::StringTableT>(f.strings("attribute_names"));
       f.metadata.strings.push_back(std::move(copy));
     }},
    {"StringsWithoutATable", "attribute_names: has no strings",
     [](F& f) { f.metadata.strings[1]->strings.reset(); }},
    {"NoAttributeOffsets", "item_attributes.offsets.segment: missing",
     [](F& f) { f.metadata.item_attributes->offsets.reset(); }},
    {"NoAttributeIndices", "item_attributes.indices.segment: missing",
     [](F& f) { f.metadata.item_attributes->indices.reset(); }},
    {"OddAttributeBytes", "item_attributes.indices.bytes: 35, expected a multiple of 4",
     [](F& f) { f.metadata.item_attributes->indices->bytes = 35; }},
    {"NoNameOffsetsAtAll", "attribute_names.offsets.bytes: 0",
     [](F& f) { f.strings("attribute_names").offsets->bytes = 0; }},
    {"AttributeNameWithoutField", "attribute_names: entry 0",
     [](F& f) { f.Put(*f.strings("attribute_names").text, 6, '-'); }},
    {"AttributeNamesOutOfOrder", "attribute_names: entry 1",
     [](F& f) { f.Put(*f.strings("attribute_names").text, 12 + 7, 'A'); }},
    {"AttributeNameTwice", "attribute_names: entry 3",
     [](F& f) { f.Put(*f.strings("attribute_names").text, 33 + 5, uint32_t{0x39393931}); }},
    {"NameOffsetsBackwards",
     "attribute_names:", [](F& f) { f.Put(*f.strings("attribute_names").offsets, 16, kHuge); }},
    {"TooFewItemsWithAttributes", "item_attributes: offsets",
     [](F& f) {
       f.Put(*f.metadata.item_attributes->offsets, 20, uint32_t{0});
       f.metadata.item_attributes->offsets->bytes = 20;
     }},
    {"AttributeOffsetsBackwards", "item_attributes: offsets",
     [](F& f) { f.Put(*f.metadata.item_attributes->offsets, 4, uint32_t{9}); }},
    {"AttributeOffsetBehindTheList", "item_attributes: offsets",
     [](F& f) { f.Put(*f.metadata.item_attributes->offsets, 20, ~uint32_t{0}); }},
    {"UnknownAttribute", "item_attributes: those of item 4",
     [](F& f) { f.Put(*f.metadata.item_attributes->indices, 28, uint32_t{4}); }},
    {"AttributeTwice", "item_attributes: those of item 0",
     [](F& f) { f.Put(*f.metadata.item_attributes->indices, 4, uint32_t{0}); }},
    {"OneTimeGapBucket", "spec.time_gap_buckets: 1",
     [](F& f) { f.metadata.spec->time_gap_buckets = 1; }},
    {"HugeTimeGapBuckets", "spec.time_gap_buckets",
     [](F& f) { f.metadata.spec->time_gap_buckets = ~0u; }},
    {"OtherTimeGapBuckets", "encoder.time_gap: f32 [8, 4], expected f32 [9, 4]",
     [](F& f) { f.metadata.spec->time_gap_buckets = 9; }},
};

// Golden: action=continue action=return action=discover kind=film kind=series, 76 bytes.
const HostileCase kIntentCases[] = {
    {"NoIntentLabels", "intent.labels:", [](F& f) { f.RemoveStrings("intent.labels"); }},
    {"NoIntentLabelOffsets", "intent.labels.offsets.segment: missing",
     [](F& f) { f.strings("intent.labels").offsets.reset(); }},
    {"TooFewIntentLabels", "intent.labels.offsets.bytes: 40, expected 48",
     [](F& f) {
       f.Put(*f.strings("intent.labels").offsets, 40, uint64_t{0});
       f.strings("intent.labels").offsets->bytes = 40;
     }},
    {"IntentLabelOffsetsBackwards", "intent.labels: offsets",
     [](F& f) { f.Put(*f.strings("intent.labels").offsets, 16, kHuge); }},
    {"IntentLabelWithoutFamily", "intent.labels: entry 0",
     [](F& f) { f.Put(*f.strings("intent.labels").text, 6, '-'); }},
    {"IntentLabelOfAnotherFamily", "intent.labels: entry 1",
     [](F& f) { f.Put(*f.strings("intent.labels").text, 15, 'b'); }},
    {"FamilyTwice", "intent.labels: entry 2",
     [](F& f) {
       Intent(f).family_labels = {2, 3};
     }},
};

const auto kName = [](const auto& hostile) { return std::string(hostile.param.name); };
INSTANTIATE_TEST_SUITE_P(Spec, HostileModel, testing::ValuesIn(kSpecCases), kName);
INSTANTIATE_TEST_SUITE_P(Tensor, HostileModel, testing::ValuesIn(kTensorCases), kName);
INSTANTIATE_TEST_SUITE_P(Segment, HostileModel, testing::ValuesIn(kSegmentCases), kName);
INSTANTIATE_TEST_SUITE_P(Attribute, HostileModel, testing::ValuesIn(kAttributeCases), kName);
INSTANTIATE_TEST_SUITE_P(Intent, HostileModel, testing::ValuesIn(kIntentCases), kName);
INSTANTIATE_TEST_SUITE_P(Value, HostileModel, testing::ValuesIn(kValueCases), kName);

TEST(HostileContexts, AreErrorsWithAPath) {
  const HostileCase cases[] = {
      {"NoNames", "action_names:", [](F& f) { f.RemoveStrings("action_names"); }},
      {"NamesOutOfOrder", "action_names: entry 1",
       [](F& f) { f.Put(*f.strings("action_names").text, 3, 'a'); }},
      {"MoreActions", "action_names.offsets.bytes: 24, expected 32",
       [](F& f) { f.metadata.spec->action_count = 3; }},
      {"HugeActions", "spec.action_count", [](F& f) { f.metadata.spec->action_count = ~0u; }},
      {"TwoValueBuckets", "spec.value_buckets: 2",
       [](F& f) { f.metadata.spec->value_buckets = 2; }},
      {"MoreValueBuckets", "encoder.values: f32 [5, 4], expected f32 [6, 4]",
       [](F& f) { f.metadata.spec->value_buckets = 6; }},
  };
  for (const HostileCase& hostile : cases) {
    SCOPED_TRACE(hostile.name);
    ForgedModel forged = ForgedModel::FromGolden("context_i8");
    hostile.change(forged);
    forged.FixSegmentChecksums();
    const auto read = ReadCopy(forged.Assemble());
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.status().code(), StatusCode::kCorruptModel) << read.status().message();
    EXPECT_TRUE(read.status().message().starts_with(hostile.path)) << read.status().message();
  }
}

TEST(HostileModelForge, LeavesAnUnchangedModelValid) {
  ForgedModel forged = ForgedModel::FromGolden("timed_i8");
  forged.FixSegmentChecksums();
  const auto read = ReadCopy(forged.Assemble());
  EXPECT_TRUE(read.ok()) << read.status().message();
}

}  // namespace
}  // namespace tsugi
