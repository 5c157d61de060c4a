#include "native/eval/intent/intent_accuracy.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/native/eval/small_model.h"
#include "tests/native/intent/shop_log.h"

namespace tsugi {
namespace {

// Leave-one-out: the last event of each user is the test case. Kinds in training:
// ann f f s, bob f s, cid f f; tests: ann f, bob f, cid s.
constexpr char kEvents[] =
    "user_id,item_id,timestamp\n"
    "ann,1,1\nann,2,2\nann,4,3\nann,1,4\nann,2,5\n"
    "bob,1,1\nbob,4,2\nbob,2,3\nbob,3,4\n"
    "cid,3,1\ncid,1,2\ncid,2,3\ncid,5,4\n";
constexpr char kItems[] =
    "item_id,title,type\n1,A,film\n2,B,film\n3,C,film\n4,D,series\n5,E,series\n";

constexpr Measurement kOfIntents[] = {ReportIntents};

ModelData ModelOf(const ShopLog& log, const IntentLabels& labels) {
  ModelSpec spec;
  spec.item_count = static_cast<uint32_t>(log.dataset().item_count());
  spec.encoder.width = 8;
  spec.encoder.layers = 1;
  spec.encoder.feed_forward = 16;
  spec.encoder.window = 4;
  spec.intent.emplace();
  spec.intent->layers = 1;
  for (const auto& family : labels.families()) {
    spec.intent->family_labels.push_back(static_cast<uint32_t>(family.labels.size()));
  }
  Result<ModelData> model = ModelData::Create(spec);
  EXPECT_TRUE(model.ok()) << model.status().message();
  StringTable& names = model->strings[kIntentLabelStrings];
  for (const std::string& name : labels.LabelNames()) names.Append(name);
  return std::move(model).value();
}

IntentLabels KindsOf(const ShopLog& log) {
  auto labels = IntentLabels::Build(log.dataset(), "kind");
  EXPECT_TRUE(labels.ok()) << labels.status().message();
  return *std::move(labels);
}

TEST(IntentAccuracy, CountsTheModelAndTheBaselines) {
  const ShopLog log(kEvents, kItems);
  const IntentLabels labels = KindsOf(log);
  ModelData model = ModelOf(log, labels);
  ASSERT_EQ(labels.families()[0].labels[0], "film");
  model.floats("intent.heads.bias")[1] = 1.0f;  // always series
  const auto intents = MeasureIntents(model.View(), log.dataset(), Split::kTest);
  ASSERT_TRUE(intents.ok()) << intents.status().message();
  ASSERT_EQ(intents->size(), 1u);
  const IntentAccuracy& kind = intents->front();
  EXPECT_EQ(kind.family, "kind");
  EXPECT_EQ(kind.cases, 3u);
  EXPECT_DOUBLE_EQ(kind.model, 1.0 / 3);
  EXPECT_DOUBLE_EQ(kind.majority, 2.0 / 3);
  // After a film: films and series twice each in training; films come first. All cases follow
  // films.
  EXPECT_DOUBLE_EQ(kind.markov, 2.0 / 3);
  EXPECT_DOUBLE_EQ(kind.last_item, 2.0 / 3);  // film after 1; series after 2
  EXPECT_LE(kind.over_markov.low, -1.0 / 3);
  EXPECT_GE(kind.over_markov.high, -1.0 / 3);
}

TEST(IntentAccuracy, NeedsTheLabelsThatTheModelWasTrainedOn) {
  const ShopLog log(kEvents, kItems);
  const ShopLog other(kEvents,
                      "item_id,title,type\n1,A,film\n2,B,film\n3,C,film\n4,D,book\n5,E,book\n");
  const ModelData model = ModelOf(log, KindsOf(log));
  const auto intents = MeasureIntents(model.View(), other.dataset(), Split::kTest);
  ASSERT_FALSE(intents.ok());
  EXPECT_TRUE(Holds(intents.status().message(), "other intent labels"));
}

TEST(IntentAccuracy, NeedsAModelWithIntents) {
  const ShopLog log(kEvents, kItems);
  const ModelData model = MakeConstantModel({1, 2, 3, 4, 5});
  EXPECT_FALSE(LabelsOfModel(model.View(), log.dataset()).ok());
}

TEST(IntentAccuracy, IsAPartOfTheReport) {
  const ShopLog log(kEvents, kItems);
  ModelData model = ModelOf(log, KindsOf(log));
  const auto report = EvaluateModel(model.View(), log.dataset(), {.measurements = kOfIntents});
  ASSERT_TRUE(report.ok()) << report.status().message();
  const auto json = nlohmann::json::parse(FormatReportJson(*report));
  EXPECT_EQ(json["intents"]["kind"]["cases"], 3);
  EXPECT_TRUE(Holds(FormatReportTable(*report), "intent of the next event"));
}

TEST(IntentAccuracy, IsANoteInTheReportIfTheLabelsAreOthers) {
  const ShopLog log(kEvents, kItems);
  ModelData model = ModelOf(log, KindsOf(log));
  StringTable others;
  others.Append("kind=film");
  others.Append("kind=book");
  model.strings[kIntentLabelStrings] = std::move(others);
  const auto report = EvaluateModel(model.View(), log.dataset(), {.measurements = kOfIntents});
  ASSERT_TRUE(report.ok()) << report.status().message();
  EXPECT_FALSE(nlohmann::json::parse(FormatReportJson(*report)).contains("intents"));
  EXPECT_TRUE(Holds(FormatReportTable(*report), "intents not measured: this data set gives other"));
}

}  // namespace
}  // namespace tsugi
