#include "model_format/writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "core/model/parts.h"
#include "core/parts/semantic_ids/language_vocabulary.h"
#include "model_format/reader.h"
#include "native/quantised_codes/item_codes.h"
#include "tests/golden/golden_models.h"
#include "tests/model_format/model_forge.h"

namespace tsugi {
namespace {

// Takes `capacity` bytes and then reports a full disk.
class SmallSink : public ByteSink {
 public:
  explicit SmallSink(size_t capacity) : capacity_(capacity) {}
  Status Append(std::span<const uint8_t> bytes) override {
    if (taken_ + bytes.size() > capacity_) return OutOfRange("the disk is full");
    taken_ += bytes.size();
    return Status();
  }
  size_t taken() const { return taken_; }

 private:
  size_t capacity_;
  size_t taken_ = 0;
};

/// The spec of a file that holds a model of `spec` with zeros for weights.
ModelSpec SpecReadBack(const ModelSpec& spec) {
  auto model = ModelData::Create(spec);
  if (!model.ok()) return {};
  for (const TensorEntry& entry : BuildTensorTable(spec)) {
    if (entry.name == kWordHashes) {
      const auto hashes = model->tensors.at(kWordHashes).as<uint32_t>();
      std::iota(hashes.begin(), hashes.end(), 0u);
    }
    if (entry.name != kItemTrie) continue;
    uint8_t* row = model->tensors.at(kItemTrie).bytes.data();
    for (uint32_t item = 0; item < spec.item_count; ++item, row += kTrieRowBytes) {
      SetTrieRow(row, {0, 0, 0, static_cast<uint8_t>(item)}, item);
    }
  }
  for (const StringsEntry& entry : BuildStringsTable(spec)) {
    for (uint64_t i = 0; entry.is_required && i < entry.count; ++i) {
      const bool is_second = spec.intent && i >= spec.intent->family_labels[0];
      const std::string number = std::to_string(100000 + i);
      model->strings[entry.name].Append((is_second ? "b=" : "a=") + number);
    }
  }
  auto bytes = EncodeModel(model->View(), {});
  if (!bytes.ok()) return {};
  auto read = ReadModel(std::move(bytes).value());
  return read.ok() ? read->view().spec : ModelSpec();
}

class WrittenModel : public testing::TestWithParam<std::string_view> {};

TEST_P(WrittenModel, ReadsBackEqual) {
  const auto made = MakeGoldenModel(GetParam());
  ASSERT_TRUE(made.ok());
  const ModelView written = made->data.View();
  auto bytes = EncodeModel(written, made->provenance, made->data.Int4View());
  ASSERT_TRUE(bytes.ok()) << bytes.status().message();
  const auto read = ReadModel(std::move(bytes).value());
  ASSERT_TRUE(read.ok()) << read.status().message();

  EXPECT_EQ(read->view().spec, written.spec);
  EXPECT_EQ(read->provenance(), made->provenance);

  ASSERT_EQ(written.tensors.size(), read->view().tensors.size());
  for (const auto& [name, tensor] : written.tensors) {
    const TensorView copy = read->view().Find(name);
    ASSERT_EQ(copy.dtype, tensor.dtype) << name;
    ASSERT_EQ(copy.shape, tensor.shape) << name;
    EXPECT_EQ(std::memcmp(copy.data, tensor.data, tensor.bytes()), 0) << name;
  }
  ASSERT_EQ(written.strings.size(), read->view().strings.size());
  for (const auto& [name, strings] : written.strings) {
    const StringTableView copy = read->view().Strings(name);
    EXPECT_TRUE(std::ranges::equal(copy.offsets, strings.offsets)) << name;
    EXPECT_EQ(copy.text, strings.text) << name;
  }
  EXPECT_TRUE(
      std::ranges::equal(written.item_attribute_offsets, read->view().item_attribute_offsets));
  EXPECT_TRUE(std::ranges::equal(written.item_attributes, read->view().item_attributes));
}

INSTANTIATE_TEST_SUITE_P(Golden, WrittenModel, testing::ValuesIn(GoldenModelNames()),
                         [](const auto& name) { return std::string(name.param); });

TEST(WriteModel, PutsTensorsInTableOrderThenAttributesThenStringsAndTitlesLast) {
  const auto model = ReadCopy(GoldenBytes("intent_i8"));
  ASSERT_TRUE(model.ok());
  std::vector<std::string> expected;
  for (const TensorEntry& entry : BuildTensorTable(model->view().spec)) {
    expected.push_back(entry.name);
  }
  for (const char* name :
       {"item_attributes.offsets", "item_attributes.indices", "item_ids.offsets", "item_ids.text",
        "attribute_names.offsets", "attribute_names.text", "intent.labels.offsets",
        "intent.labels.text", "item_titles.offsets", "item_titles.text"}) {
    expected.push_back(name);
  }
  std::vector<std::string> actual;
  for (const SegmentInfo& segment : model->segments()) {
    actual.push_back(segment.name);
    EXPECT_EQ(segment.offset % kBufferAlignment, 0u) << segment.name;
    EXPECT_LE(segment.offset + segment.bytes + kReadPadding, model->file_bytes()) << segment.name;
  }
  EXPECT_EQ(actual, expected);
}

TEST(WriteModel, KeepsItemCodes) {
  auto made = MakeGoldenModel("gated_i8");
  ASSERT_TRUE(made.ok());
  ItemCodeOptions options;
  options.quantizer.part_width = made->data.spec.encoder.width / 4;
  options.candidates = 3;
  ASSERT_TRUE(AddItemCodes(made->data, options).ok());
  const ModelView written = made->data.View();
  auto bytes = EncodeModel(written, made->provenance);
  ASSERT_TRUE(bytes.ok()) << bytes.status().message();
  const auto read = ReadModel(std::move(bytes).value());
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(read->view().spec.quantised_codes->count, 4u);
  EXPECT_EQ(read->view().spec.quantised_codes->candidates, 3u);
  for (const char* name : {kItemCodes, kItemCodebooks}) {
    const TensorView a = written.Find(name), b = read->view().Find(name);
    ASSERT_EQ(a.shape, b.shape) << name;
    EXPECT_EQ(std::memcmp(a.data, b.data, a.bytes()), 0) << name;
  }
}

TEST(WriteModel, MakesOldReadersRefuseWhatTheyWouldGetWrong) {
  const auto features = [](const char* name) {
    return FileHeader::Decode(GoldenBytes(name))->required_features & ~kFeatureParts;
  };
  EXPECT_EQ(features("gated_i8"), 0u);
  EXPECT_EQ(features("timed_i8"), kFeatureTimeGaps);
  EXPECT_EQ(features("intent_i8"), kFeatureTimeGaps | IntentSpec::kRequiredFeatures);
  EXPECT_EQ(features("context_i8"), kFeatureTimeGaps | kFeatureContexts);
}

// Each part's spec with every field at a value of its own comes back as it was.
TEST(WriteModel, KeepsEveryFieldOfEveryPart) {
  class Numberer final : public SpecVisitor {
   public:
    void Count(const char*, uint32_t& value, const CountRange& range) override {
      value = std::min(range.high, range.low + 4 * ++count_);
    }
    void Number(const char*, float& value, const NumberRange&) override {
      value = 0.5f + 0.001f * static_cast<float>(++count_);
    }
    void Flag(const char*, bool& value) override { value = !value; }
    void Choice(const char*, uint8_t& value, std::span<const std::string_view> names) override {
      value = static_cast<uint8_t>(names.size() - 1);
    }
    void Counts(const char*, std::vector<uint32_t>& values, const CountRange&,
                const CountRange& range) override {
      values = {range.low, range.high};
    }

   private:
    uint32_t count_ = 0;
  };
  for (const Part& part : Parts()) {
    SCOPED_TRACE(part.name);
    ModelSpec spec;
    spec.item_count = 70;
    spec.encoder = {.width = 64, .layers = 1, .heads = 2, .feed_forward = 8, .window = 64};
    spec.normalize_hidden = true;
    part.add(spec);
    Numberer numberer;
    part.visit(spec, numberer);
    if (part.name == "item_tower") spec.item_tower->features = 8;
    if (part.name == "semantic_ids")
      spec.semantic_ids->encoder.width = 3 * spec.semantic_ids->encoder.heads;
    if (part.name == "imagine") spec.imagine->attributes = 0;
    ASSERT_TRUE(spec.Validate().ok()) << spec.Validate().message();
    EXPECT_EQ(SpecReadBack(spec), spec);
  }
}

TEST(WriteModel, StartsLargeSegmentsOnAPage) {
  ModelSpec spec;
  spec.item_count = 20000;
  spec.encoder.width = 16;
  spec.encoder.layers = 1;
  auto model = ModelData::Create(spec);
  ASSERT_TRUE(model.ok());
  auto bytes = EncodeModel(model->View(), {});
  ASSERT_TRUE(bytes.ok());
  const auto read = ReadModel(std::move(bytes).value());
  ASSERT_TRUE(read.ok()) << read.status().message();
  const SegmentInfo& table = read->segments().back();
  EXPECT_EQ(table.name, kItemTable);
  EXPECT_EQ(table.offset % 16384, 0u);
}

TEST(WriteModel, GivesTheSinksErrorBackWhereverItOccurs) {
  const auto made = MakeGoldenModel("sasrec_i8");
  const size_t size = GoldenBytes("sasrec_i8").size();
  SmallSink enough(size);
  EXPECT_TRUE(WriteModel(made->data.View(), made->provenance, enough).ok());
  EXPECT_EQ(enough.taken(), size);
  for (size_t capacity = 0; capacity < size; capacity += 13) {
    SmallSink sink(capacity);
    const Status status = WriteModel(made->data.View(), made->provenance, sink);
    EXPECT_EQ(status.message(), "the disk is full") << capacity;
  }
}

TEST(WriteModel, WritesNothingOfAnInvalidModel) {
  const auto made = MakeGoldenModel("gated_f32");
  const auto expect_refused = [](const ModelView& view, const Provenance& provenance,
                                 std::string_view word) {
    SmallSink sink(1 << 20);
    const Status status = WriteModel(view, provenance, sink);
    EXPECT_FALSE(status.ok());
    EXPECT_NE(status.message().find(word), std::string::npos) << status.message();
    EXPECT_EQ(sink.taken(), 0u);
  };
  ModelView view = made->data.View();
  view.tensors.erase("encoder.norm.bias");
  expect_refused(view, {}, "encoder.norm.bias");
  view = made->data.View();
  view.tensors["foreign"] = view.Find("encoder.norm.bias");
  expect_refused(view, {}, "tensors:");
  view = made->data.View();
  view.spec.encoder.window = 0;
  expect_refused(view, {}, "spec.window");
  view = made->data.View();
  const StringTableView ids = view.item_ids();
  view.SetStrings(kItemIdStrings, {ids.offsets.first(5), ids.text});
  expect_refused(view, {}, "item_ids");
  view = made->data.View();
  view.SetStrings("foreign", ids);
  expect_refused(view, {}, "strings: 'foreign'");
  Provenance large;
  large.config = std::string((8 << 20) + 1, 'x');
  expect_refused(made->data.View(), large, "provenance");
}

}  // namespace
}  // namespace tsugi
