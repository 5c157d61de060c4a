#include "model_format/writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/model/tensor_table.h"
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

class WrittenModel : public testing::TestWithParam<std::string_view> {};

TEST_P(WrittenModel, ReadsBackEqual) {
  const auto made = MakeGoldenModel(GetParam());
  ASSERT_TRUE(made.ok());
  const ModelView written = made->data.View();
  auto bytes = EncodeModel(written, made->provenance, made->data.Int4View());
  ASSERT_TRUE(bytes.ok()) << bytes.status().message();
  const auto read = ReadModel(std::move(bytes).value());
  ASSERT_TRUE(read.ok()) << read.status().message();

  const ModelSpec& a = written.spec;
  const ModelSpec& b = read->view().spec;
  EXPECT_EQ(a.item_count, b.item_count);
  EXPECT_EQ(a.model_width, b.model_width);
  EXPECT_EQ(a.layer_count, b.layer_count);
  EXPECT_EQ(a.head_count, b.head_count);
  EXPECT_EQ(a.feed_forward_width, b.feed_forward_width);
  EXPECT_EQ(a.window, b.window);
  EXPECT_EQ(a.block_kind, b.block_kind);
  EXPECT_EQ(a.normalize_hidden, b.normalize_hidden);
  EXPECT_EQ(a.logit_scale, b.logit_scale);
  EXPECT_EQ(a.input_scale, b.input_scale);
  EXPECT_EQ(a.filter_seen, b.filter_seen);
  EXPECT_EQ(a.time_gap_buckets, b.time_gap_buckets);
  EXPECT_EQ(a.action_count, b.action_count);
  EXPECT_EQ(a.value_buckets, b.value_buckets);
  EXPECT_EQ(a.intent_labels, b.intent_labels);
  EXPECT_EQ(a.intent_layer_count, b.intent_layer_count);
  EXPECT_EQ(a.short_term_events, b.short_term_events);
  EXPECT_EQ(a.short_term_s, b.short_term_s);
  EXPECT_EQ(a.projection_width, b.projection_width);
  EXPECT_EQ(a.tower_features, b.tower_features);
  EXPECT_EQ(a.weight_dtype, b.weight_dtype);
  EXPECT_EQ(read->provenance(), made->provenance);

  ASSERT_EQ(written.tensors.size(), read->view().tensors.size());
  for (const auto& [name, tensor] : written.tensors) {
    const TensorView copy = read->view().Find(name);
    ASSERT_EQ(copy.dtype, tensor.dtype) << name;
    ASSERT_EQ(copy.shape, tensor.shape) << name;
    EXPECT_EQ(std::memcmp(copy.data, tensor.data, tensor.bytes()), 0) << name;
  }
  ASSERT_EQ(written.item_titles.size(), read->view().item_titles.size());
  for (size_t i = 0; i < written.item_titles.size(); ++i) {
    EXPECT_EQ(written.item_ids[i], read->view().item_ids[i]);
    EXPECT_EQ(written.item_titles[i], read->view().item_titles[i]);
  }
  ASSERT_EQ(written.attribute_names.size(), read->view().attribute_names.size());
  for (size_t i = 0; i < written.attribute_names.size(); ++i) {
    EXPECT_EQ(written.attribute_names[i], read->view().attribute_names[i]);
  }
  ASSERT_EQ(written.intent_labels.size(), read->view().intent_labels.size());
  for (size_t i = 0; i < written.intent_labels.size(); ++i) {
    EXPECT_EQ(written.intent_labels[i], read->view().intent_labels[i]);
  }
  EXPECT_TRUE(
      std::ranges::equal(written.item_attribute_offsets, read->view().item_attribute_offsets));
  EXPECT_TRUE(std::ranges::equal(written.item_attributes, read->view().item_attributes));
}

INSTANTIATE_TEST_SUITE_P(Golden, WrittenModel, testing::ValuesIn(GoldenModelNames()),
                         [](const auto& name) { return std::string(name.param); });

TEST(WriteModel, PutsTensorsInTableOrderThenIdsThenAttributesThenIntentsThenTitles) {
  const auto model = ReadCopy(GoldenBytes("intent_i8"));
  ASSERT_TRUE(model.ok());
  std::vector<std::string> expected;
  for (const TensorEntry& entry : BuildTensorTable(model->view().spec)) {
    expected.push_back(entry.name);
  }
  for (const char* name :
       {"item_ids.offsets", "item_ids.text", "attribute_names.offsets", "attribute_names.text",
        "item_attributes.offsets", "item_attributes.indices", "intent_labels.offsets",
        "intent_labels.text", "item_titles.offsets", "item_titles.text"}) {
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
  options.quantizer.part_width = made->data.spec.model_width / 4;
  options.candidates = 3;
  ASSERT_TRUE(AddItemCodes(made->data, options).ok());
  const ModelView written = made->data.View();
  auto bytes = EncodeModel(written, made->provenance);
  ASSERT_TRUE(bytes.ok()) << bytes.status().message();
  const auto read = ReadModel(std::move(bytes).value());
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(read->view().spec.code_count, 4u);
  EXPECT_EQ(read->view().spec.code_candidates, 3u);
  for (const char* name : {kItemCodes, kItemCodebooks}) {
    const TensorView a = written.Find(name), b = read->view().Find(name);
    ASSERT_EQ(a.shape, b.shape) << name;
    EXPECT_EQ(std::memcmp(a.data, b.data, a.bytes()), 0) << name;
  }
}

TEST(WriteModel, MakesOldReadersRefuseAModelThatReadsTimesAndNoOther) {
  EXPECT_EQ(FileHeader::Decode(GoldenBytes("gated_i8"))->required_features, 0u);
  EXPECT_EQ(FileHeader::Decode(GoldenBytes("timed_i8"))->required_features, kFeatureTimeGaps);
  EXPECT_EQ(FileHeader::Decode(GoldenBytes("intent_i8"))->required_features,
            kFeatureTimeGaps | kFeatureIntents);
  EXPECT_EQ(FileHeader::Decode(GoldenBytes("context_i8"))->required_features,
            kFeatureTimeGaps | kFeatureContexts);
}

TEST(WriteModel, StartsLargeSegmentsOnAPage) {
  ModelSpec spec;
  spec.item_count = 20000;
  spec.model_width = 16;
  spec.layer_count = 1;
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
  view.spec.window = 0;
  expect_refused(view, {}, "spec.window");
  view = made->data.View();
  view.item_ids.offsets = view.item_ids.offsets.first(5);
  expect_refused(view, {}, "item_ids");
  Provenance large;
  large.config = std::string((8 << 20) + 1, 'x');
  expect_refused(made->data.View(), large, "provenance");
}

}  // namespace
}  // namespace tsugi
