// The LibTorch modules and the engine compute the same function of the same weights.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include "core/base/random.h"
#include "core/parts/item_tower/item_tower.h"
#include "core/recommender.h"
#include "core/session.h"
#include "core/session_input/event_tokenizer.h"
#include "native/export/quantize_model.h"
#include "native/model/model_file.h"
#include "native/train/item_tower/item_tower_config.h"
#include "native/train/model_tensors.h"

namespace tsugi::train {
namespace {

struct TwinCase {
  BlockKind block_kind;
  bool cosine;
  uint32_t head_count;
  uint32_t time_gap_buckets = 0;
  std::vector<uint32_t> family_labels = {};
  uint32_t short_term_events = 0, short_term_s = 0;
  uint32_t projection_width = 0, tower_features = 0;
  uint32_t action_count = 0, value_buckets = 0;
  std::vector<uint32_t> modality_widths = {};
};

constexpr uint32_t kItems = 97, kUnknownItem = 31;

/// Item i is called "common word<i / 2>" and has the attribute kind=<i % 5>.
std::vector<std::string> Title(uint32_t item) {
  return {"common word" + std::to_string(item / 2), "kind=" + std::to_string(item % 5)};
}

/// [width] what was given of an item, of any length; the third modality has every fifth item alone.
std::vector<float> GivenVector(uint32_t item, size_t modality, uint32_t width) {
  Random random(item, modality);
  std::vector<float> given(width);
  for (float& value : given) value = 7.0f * static_cast<float>(random.NextUniform() - 0.4);
  if (modality == 2 && item % 5 != 0) given[0] = std::nanf("");
  return given;
}

ItemFeatureMatrix Features(uint32_t feature_count, const std::vector<uint32_t>& modality_widths) {
  ItemFeatureMatrix matrix;
  if (feature_count == 0) return matrix;
  for (size_t m = 0; m < modality_widths.size(); ++m) {
    const uint32_t width = modality_widths[m];
    auto vectors = std::make_shared<GivenVectors>();
    vectors->width = width;
    vectors->units.resize(size_t{kItems} * width);
    for (uint32_t i = 0; i < kItems; ++i) {
      const std::span unit = std::span(vectors->units).subspan(size_t{i} * width, width);
      vectors->is_given.push_back(NormalizeVector(GivenVector(i, m, width), unit));
      if (!vectors->is_given.back()) std::fill(unit.begin(), unit.end(), 0.0f);
    }
    matrix.vectors.push_back(std::move(vectors));
  }
  matrix.is_known.assign(kItems, true);
  matrix.is_known[kUnknownItem] = false;
  Random random(3);
  for (uint32_t f = 0; f < feature_count; ++f) {
    matrix.feature_weights.push_back(static_cast<float>(random.NextBelow(3)) * 0.5f);
  }
  matrix.offsets.push_back(0);
  std::vector<uint32_t> features;
  for (uint32_t i = 0; i < kItems; ++i) {
    const auto said = Title(i);
    const std::string_view attribute = said[1];
    FindItemFeatures({said[0], {&attribute, 1}}, matrix.feature_weights, features);
    double squares = 0;
    for (const uint32_t f : features) squares += std::pow(matrix.feature_weights[f], 2.0);
    for (const uint32_t f : features) {
      matrix.features.push_back(f);
      matrix.weights.push_back(
          static_cast<float>(matrix.feature_weights[f] / std::sqrt(std::max(squares, 1e-12))));
    }
    matrix.offsets.push_back(static_cast<int64_t>(matrix.features.size()));
  }
  return matrix;
}

ModelSpec SpecOf(const TwinCase& twin) {
  ModelSpec spec;
  spec.item_count = kItems;
  spec.encoder.width = 24;
  spec.encoder.layers = 2;
  spec.encoder.heads = twin.head_count;
  spec.encoder.feed_forward = 40;
  spec.encoder.window = 5;
  spec.encoder.block = twin.block_kind;
  spec.normalize_hidden = twin.cosine;
  spec.logit_scale = twin.cosine ? 14.0f : 1.0f;
  spec.input_scale = 4.9f;
  spec.time_gap_buckets = twin.time_gap_buckets;
  if (!twin.family_labels.empty()) {
    spec.intent = IntentSpec{.family_labels = twin.family_labels,
                             .layers = 2,
                             .short_term_events = twin.short_term_events,
                             .short_term_s = twin.short_term_s};
  }
  spec.projection_width = twin.projection_width;
  if (twin.tower_features > 0) {
    spec.item_tower =
        ItemTowerSpec{.features = twin.tower_features, .modality_widths = twin.modality_widths};
  }
  spec.action_count = twin.action_count;
  spec.value_buckets = twin.value_buckets;
  return spec;
}

void NameIntents(const IntentSpec& intent, StringTable& labels) {
  for (uint32_t family = 0; family < intent.family_count(); ++family) {
    for (uint32_t label = 0; label < intent.family_labels[family]; ++label) {
      labels.Append("f" + std::to_string(family) + "=" + std::to_string(label));
    }
  }
}

class TwinTest : public testing::TestWithParam<TwinCase> {
 protected:
  TwinTest()
      : features_(Features(GetParam().tower_features, GetParam().modality_widths)),
        model_(SpecOf(GetParam()), {}, &features_) {
    torch::manual_seed(11);
    torch::NoGradGuard no_grad;
    for (auto& parameter : model_.parameters()) parameter.normal_(0.0, 0.3);
    for (auto& buffer : model_.named_buffers()) {  // the projection starts as the identity
      if (buffer.key().starts_with("items.")) buffer.value().normal_(0.0, 0.3);
    }
    model_.SetValueEdges(std::vector<float>(kEdges, kEdges + std::size(kEdges)));
  }

  Result<ModelData> Exported(DType dtype) {
    TSUGI_ASSIGN_OR_RETURN(ModelData data, ToModelData(model_));
    if (data.spec.intent) NameIntents(*data.spec.intent, data.strings[kIntentLabelStrings]);
    for (size_t m = 0; m < GetParam().modality_widths.size(); ++m) {
      data.strings[kModalityStrings].Append("m" + std::to_string(m));
    }
    for (uint32_t a = 0; a < data.spec.action_count; ++a) {
      data.strings[kActionStrings].Append(std::to_string(a));
    }
    if (dtype == DType::kF32) return data;
    return Quantize(data.View(), WeightFormat::kInt8);
  }

  static std::vector<int64_t> Times(size_t count) {
    std::vector<int64_t> times;
    for (size_t i = 0; i < count; ++i) times.push_back(TimeOf(i));
    return times;
  }

  /// The LibTorch model's output after `items`: [1, T, ..].
  EncodedSequence TrainerOutput(const std::vector<int64_t>& items) {
    torch::NoGradGuard no_grad;
    const ModelSpec& spec = model_.spec();
    const auto times = Times(items.size());
    const auto tensor = [&](const std::vector<int64_t>& values) {
      return torch::tensor(values, torch::kInt64).view({1, static_cast<int64_t>(values.size())});
    };
    std::vector<int64_t> buckets, actions, values;
    for (size_t i = 0; i < items.size(); ++i) {
      if (spec.time_gap_buckets > 0) {
        buckets.push_back(
            TimeGapBucket(spec.time_gap_buckets, i == 0 ? 0 : times[i - 1], times[i]));
      }
      const Event event = EventOf(items, i);
      actions.push_back(event.action);
      values.push_back(ValueBucket(kEdges, event.value));
    }
    SequenceInput input{tensor(items),
                        torch::zeros({1, static_cast<int64_t>(items.size())}, torch::kInt32)};
    input.times = tensor(times);
    if (spec.action_count > 0) input.actions = tensor(actions);
    if (spec.value_buckets > 0) input.values = tensor(values);
    if (!buckets.empty()) input.time_gaps = tensor(buckets);
    return model_.Encode(input);
  }

  /// [N] scores of the LibTorch model after `items`.
  torch::Tensor TrainerScores(const std::vector<int64_t>& items) {
    torch::NoGradGuard no_grad;
    const auto hidden = TrainerOutput(items).query[0][static_cast<int64_t>(items.size()) - 1];
    return torch::matmul(model_.ItemRows(), hidden) * model_.spec().logit_scale;
  }

  std::vector<float> EngineScores(const ModelData& data, const std::vector<int64_t>& items) {
    const auto recommender = Recommender::Create(data.View());
    EXPECT_TRUE(recommender.ok()) << recommender.status().message();
    const auto session = (*recommender)->CreateSession();
    EXPECT_TRUE(session.ok());
    std::vector<Event> events;
    for (size_t i = 0; i < items.size(); ++i) {
      events.push_back(EventOf(items, i));
    }
    EXPECT_TRUE((*session)->Assign(events).ok());
    std::vector<float> scores(model_.spec().item_count);
    EXPECT_TRUE((*session)->ScoreAll(scores).ok());
    const auto probabilities = (*session)->intent().probabilities;
    intents_.assign(probabilities.begin(), probabilities.end());
    return scores;
  }

  /// Gaps of 0, 1, 4, 9 ... seconds; the fourth time is unknown.
  static int64_t TimeOf(size_t i) {
    return i == 3 ? 0 : 1'700'000'000 + static_cast<int64_t>(i * i * i);
  }

  static Event EventOf(const std::vector<int64_t>& items, size_t i) {
    Event event{static_cast<uint32_t>(items[i]), TimeOf(i), static_cast<uint32_t>(i % 3)};
    if (i % 4 != 2) event.value = static_cast<float>(i) - 3.0f;
    return event;
  }

  static constexpr float kEdges[] = {-1.0f, 0.0f, 4.5f};
  ItemFeatureMatrix features_;
  SequenceModel model_;
  std::vector<float> intents_;  ///< after EngineScores
};

// Longer than the window of 5, and than both layers' windows together.
const std::vector<int64_t> kHistory = {3, 96, 0, 41, 41, 7, 88, 12, 5, 63, 20, 19, 1};

TEST_P(TwinTest, F32EngineEqualsTheTrainerWithin1e4) {
  const auto data = Exported(DType::kF32);
  ASSERT_TRUE(data.ok()) << data.status().message();
  for (const size_t length : {1u, 2u, 5u, 6u, 13u}) {
    const std::vector<int64_t> history(kHistory.begin(), kHistory.begin() + length);
    const torch::Tensor expected = TrainerScores(history);
    const std::vector<float> actual = EngineScores(*data, history);
    for (size_t i = 0; i < actual.size(); ++i) {
      EXPECT_NEAR(actual[i], expected[i].item<float>(), 1e-4) << "item " << i << ", " << length;
    }
  }
}

// What the trainer gives an item that it never saw is what the engine gives a new item that says
// the same of itself.
TEST_P(TwinTest, ANewItemScoresAsAnUnknownOneOfTheSameDescription) {
  if (GetParam().tower_features == 0) return;
  const auto data = Exported(DType::kF32);
  ASSERT_TRUE(data.ok()) << data.status().message();
  const auto recommender = Recommender::Create(data->View());
  ASSERT_TRUE(recommender.ok());
  const auto said = Title(kUnknownItem);
  const std::string_view attribute = said[1];
  std::vector<float> vectors;
  for (size_t m = 0; m < GetParam().modality_widths.size(); ++m) {
    const auto given = GivenVector(kUnknownItem, m, GetParam().modality_widths[m]);
    vectors.insert(vectors.end(), given.begin(), given.end());
  }
  const auto added = (*recommender)->AddItem({"new", {said[0], {&attribute, 1}, vectors}});
  ASSERT_TRUE(added.ok()) << added.status().message();
  EXPECT_EQ(*added, kItems);
  const auto session = (*recommender)->CreateSession();
  for (const int64_t item : kHistory) {
    ASSERT_TRUE((*session)->Push({static_cast<uint32_t>(item)}).ok());
  }
  std::vector<float> scores(kItems + 1);
  ASSERT_TRUE((*session)->ScoreAll(scores).ok());
  EXPECT_NEAR(scores[kItems], scores[kUnknownItem], 1e-4);
  EXPECT_GT(std::abs(scores[kItems] - scores[kUnknownItem + 1]), 1e-3);
}

TEST_P(TwinTest, F32EnginePredictsTheTrainersIntents) {
  const auto data = Exported(DType::kF32);
  ASSERT_TRUE(data.ok()) << data.status().message();
  EngineScores(*data, kHistory);
  const auto& intent = model_.spec().intent;
  ASSERT_EQ(intents_.size(), intent ? intent->label_count() : 0);
  if (intents_.empty()) return;
  const auto expected = TrainerOutput(kHistory).auxiliary_log_probabilities[0][12].exp();
  for (size_t i = 0; i < intents_.size(); ++i) {
    EXPECT_NEAR(intents_[i], expected[static_cast<int64_t>(i)].item<float>(), 1e-5) << i;
  }
}

TEST_P(TwinTest, Int8EngineRanksAlmostAsTheTrainer) {
  const auto data = Exported(DType::kI8);
  ASSERT_TRUE(data.ok()) << data.status().message();
  const torch::Tensor expected = TrainerScores(kHistory);
  const std::vector<float> actual = EngineScores(*data, kHistory);
  const auto actual_tensor = torch::tensor(actual);
  const auto centred_expected = expected - expected.mean();
  const auto centred_actual = actual_tensor - actual_tensor.mean();
  const double correlation = (centred_expected * centred_actual).sum().item<double>() /
                             (centred_expected.norm() * centred_actual.norm()).item<double>();
  EXPECT_GT(correlation, 0.999);
}

INSTANTIATE_TEST_SUITE_P(
    Specs, TwinTest,
    testing::Values(TwinCase{BlockKind::kGated, false, 2}, TwinCase{BlockKind::kGated, true, 1},
                    TwinCase{BlockKind::kSasRec, false, 3}, TwinCase{BlockKind::kSasRec, true, 2},
                    TwinCase{BlockKind::kGated, true, 2, 9},
                    TwinCase{BlockKind::kSasRec, false, 2, 32},
                    TwinCase{BlockKind::kGated, true, 2, 9, {3, 7}, 4, 100, 0, 0, 2, 5},
                    TwinCase{BlockKind::kSasRec, false, 2, 0, {}, 0, 0, 12, 0, 2, 5},
                    TwinCase{BlockKind::kGated, true, 2, 9, {3, 7}},
                    TwinCase{BlockKind::kGated, true, 2, 9, {3, 7, 2}, 4, 100},
                    TwinCase{BlockKind::kSasRec, false, 3, 0, {5}, 5},
                    TwinCase{BlockKind::kGated, true, 2, 9, {}, 0, 0, 12},
                    TwinCase{BlockKind::kGated, true, 2, 0, {}, 0, 0, 12, 64},
                    TwinCase{BlockKind::kSasRec, false, 2, 0, {}, 0, 0, 0, 32},
                    TwinCase{BlockKind::kGated, true, 2, 0, {}, 0, 0, 12, 64, 0, 0, {7, 20, 3}},
                    TwinCase{BlockKind::kSasRec, false, 2, 0, {}, 0, 0, 0, 1, 0, 0, {5}}));

}  // namespace
}  // namespace tsugi::train
