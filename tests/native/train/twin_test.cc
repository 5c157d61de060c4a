// The LibTorch modules and the engine compute the same function of the same weights.
#include <gtest/gtest.h>

#include "core/recommender.h"
#include "core/session.h"
#include "core/session_input/event_tokenizer.h"
#include "native/export/model_data.h"
#include "native/export/quantize_model.h"
#include "native/train/model_snapshot.h"

namespace tsugi::train {
namespace {

struct TwinCase {
  BlockKind block_kind;
  bool cosine;
  uint32_t head_count;
  uint32_t time_gap_buckets = 0;
};

ModelSpec SpecOf(const TwinCase& twin) {
  ModelSpec spec;
  spec.item_count = 97;
  spec.model_width = 24;
  spec.layer_count = 2;
  spec.head_count = twin.head_count;
  spec.feed_forward_width = 40;
  spec.window = 5;
  spec.block_kind = twin.block_kind;
  spec.normalize_hidden = twin.cosine;
  spec.logit_scale = twin.cosine ? 14.0f : 1.0f;
  spec.input_scale = 4.9f;
  spec.time_gap_buckets = twin.time_gap_buckets;
  return spec;
}

class TwinTest : public testing::TestWithParam<TwinCase> {
 protected:
  TwinTest() : model_(SpecOf(GetParam()), {}) {
    torch::manual_seed(11);
    torch::NoGradGuard no_grad;
    for (auto& parameter : model_.parameters()) parameter.normal_(0.0, 0.3);
  }

  /// [N] scores of the LibTorch model after `items`.
  torch::Tensor TrainerScores(const std::vector<int64_t>& items) {
    torch::NoGradGuard no_grad;
    const auto length = static_cast<int64_t>(items.size());
    std::vector<int64_t> buckets;
    for (size_t i = 0; i < items.size() && GetParam().time_gap_buckets > 0; ++i) {
      buckets.push_back(
          TimeGapBucket(GetParam().time_gap_buckets, i == 0 ? 0 : TimeOf(i - 1), TimeOf(i)));
    }
    const auto hidden =
        model_.Encode(torch::tensor(items, torch::kInt64).view({1, length}),
                      torch::zeros({1, length}, torch::kInt32),
                      buckets.empty() ? torch::Tensor()
                                      : torch::tensor(buckets, torch::kInt64).view({1, length}));
    return torch::matmul(model_.ItemRows(), hidden[0][length - 1]) * model_.spec().logit_scale;
  }

  std::vector<float> EngineScores(const ModelData& data, const std::vector<int64_t>& items) {
    const auto recommender = Recommender::Create(data.View());
    EXPECT_TRUE(recommender.ok()) << recommender.status().message();
    const auto session = (*recommender)->CreateSession();
    EXPECT_TRUE(session.ok());
    std::vector<Event> events;
    for (size_t i = 0; i < items.size(); ++i) {
      events.push_back({static_cast<uint32_t>(items[i]), TimeOf(i)});
    }
    EXPECT_TRUE((*session)->Assign(events).ok());
    std::vector<float> scores(model_.spec().item_count);
    EXPECT_TRUE((*session)->ScoreAll(scores).ok());
    return scores;
  }

  /// Gaps of 0, 1, 4, 9 ... seconds; the fourth time is unknown.
  static int64_t TimeOf(size_t i) {
    return i == 3 ? 0 : 1'700'000'000 + static_cast<int64_t>(i * i * i);
  }

  SequenceModel model_;
};

// Longer than the window of 5, and than both layers' windows together.
const std::vector<int64_t> kHistory = {3, 96, 0, 41, 41, 7, 88, 12, 5, 63, 20, 19, 1};

TEST_P(TwinTest, F32EngineEqualsTheTrainerWithin1e4) {
  const auto data = Quantize(ModelSnapshot(model_).view(), DType::kF32);
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

TEST_P(TwinTest, Int8EngineRanksAlmostAsTheTrainer) {
  const auto data = Quantize(ModelSnapshot(model_).view(), DType::kI8);
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

INSTANTIATE_TEST_SUITE_P(Specs, TwinTest,
                         testing::Values(TwinCase{BlockKind::kGated, false, 2},
                                         TwinCase{BlockKind::kGated, true, 1},
                                         TwinCase{BlockKind::kSasRec, false, 3},
                                         TwinCase{BlockKind::kSasRec, true, 2},
                                         TwinCase{BlockKind::kGated, true, 2, 9},
                                         TwinCase{BlockKind::kSasRec, false, 2, 32}));

}  // namespace
}  // namespace tsugi::train
