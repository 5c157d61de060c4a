#include "native/studies/shift/graph_trainer.h"

#include <gtest/gtest.h>

#include "native/eval/metrics.h"
#include "native/studies/shift/light_gcn.h"

namespace tsugi::train {
namespace {

/// 40 users of 4 tastes; a taste owns 15 items and its users take 9 of them, one in each test.
ShiftData TasteData() {
  std::vector<Interaction> train, valid, test, shifted;
  for (uint32_t user = 0; user < 40; ++user) {
    const uint32_t first = user % 4 * 15;
    for (uint32_t i = 0; i < 9; ++i) {
      const Interaction pair{user, first + (user / 4 + i) % 15};
      (i < 6 ? train : i == 6 ? valid : i == 7 ? test : shifted).push_back(pair);
    }
  }
  ShiftData data;
  data.user_count = 40;
  data.item_count = 60;
  data.train = Interactions(40, train);
  data.valid = Interactions(40, valid);
  data.test = Interactions(40, test);
  data.shifted = Interactions(40, shifted);
  return data;
}

GraphConfig SmallConfig(const std::string& kind) {
  GraphConfig config;
  config.negatives.kind = kind;
  config.negatives.candidates = 4;
  config.width = 16;
  config.batch = 64;
  config.max_epochs = 25;
  return config;
}

Result<GraphResult> Train(const ShiftData& data, const GraphConfig& config, uint64_t seed) {
  Observer silent;
  return TrainGraph(data, config, seed, silent);
}

double Recall(const UserSums& users) {
  double sum = 0.0;
  for (size_t u = 0; u < users.case_counts.size(); ++u) sum += users.sums[u * kListMetrics];
  return sum / static_cast<double>(users.case_counts.size());
}

TEST(LightGcn, SmoothsOverTheGraphAsTheMatrixSays) {
  // Users 0 and 1, items 0 and 1; edges 0-0, 0-1, 1-1.
  const Interactions train(2, {{0, 0}, {0, 1}, {1, 1}});
  torch::manual_seed(1);
  LightGcn model(train, 2, 3, 2);
  auto dense = torch::zeros({4, 4});
  dense[0][2] = dense[2][0] = 1.0 / std::sqrt(2.0 * 1.0);
  dense[0][3] = dense[3][0] = 1.0 / std::sqrt(2.0 * 2.0);
  dense[1][3] = dense[3][1] = 1.0 / std::sqrt(1.0 * 2.0);
  const auto layers = model->Layers();
  ASSERT_EQ(layers.size(), 3u);
  EXPECT_TRUE(torch::allclose(layers[1], torch::matmul(dense, layers[0]), 1e-5, 1e-6));
  EXPECT_TRUE(torch::allclose(layers[2], torch::matmul(dense, layers[1]), 1e-5, 1e-6));
  // The derivative, too: d sum(A^2 x * w) / d x = A^2 w.
  const auto weights = torch::arange(12).view({4, 3}).to(torch::kFloat32);
  (layers[2] * weights).sum().backward();
  const auto expected = torch::matmul(dense, torch::matmul(dense, weights));
  EXPECT_TRUE(torch::allclose(model->vectors().grad(), expected, 1e-5, 1e-5));
}

TEST(GraphTrainer, EveryKindOfNegativesFindsTheTastes) {
  const ShiftData data = TasteData();
  for (const char* kind : {"random", "dns", "mixgcf", "cnsdiff"}) {
    SCOPED_TRACE(kind);
    const auto result = Train(data, SmallConfig(kind), 1);
    ASSERT_TRUE(result.ok()) << result.status().message();
    EXPECT_GT(Recall(result->test), 0.8);  // by chance 10 of 54
    EXPECT_GT(Recall(result->shifted), 0.8);
    EXPECT_EQ(result->test.case_counts.size(), 40u);
    EXPECT_GE(result->false_negative_share, 0.0);
    EXPECT_LE(result->false_negative_share, 1.0);
  }
}

TEST(GraphTrainer, RepeatsForASeed) {
  const ShiftData data = TasteData();
  const auto one = Train(data, SmallConfig("cnsdiff"), 7);
  const auto same = Train(data, SmallConfig("cnsdiff"), 7);
  EXPECT_EQ(one->test.sums, same->test.sums);
  EXPECT_EQ(one->best_epoch, same->best_epoch);
  EXPECT_EQ(one->last_diffusion_loss, same->last_diffusion_loss);
}

TEST(GraphTrainer, TheDiffusionLearnsBesideTheGraph) {
  auto config = SmallConfig("cnsdiff");
  config.patience = 25;
  const auto result = Train(TasteData(), config, 1);
  EXPECT_LT(result->last_diffusion_loss, result->first_diffusion_loss);
}

TEST(GraphTrainer, StopsWhenAskedAndSaysWhenTheLossIsNoNumber) {
  struct : Observer {
    bool should_stop() override { return true; }
  } stopper;
  const auto stopped = TrainGraph(TasteData(), SmallConfig("random"), 1, stopper);
  ASSERT_TRUE(stopped.ok());
  EXPECT_TRUE(stopped->was_interrupted);
  EXPECT_EQ(stopped->best_epoch, 0);
  auto config = SmallConfig("random");
  config.learning_rate = 1e30;
  const auto diverged = Train(TasteData(), config, 1);
  ASSERT_FALSE(diverged.ok());
  EXPECT_NE(diverged.status().message().find("--set learning_rate"), std::string::npos);
}

}  // namespace
}  // namespace tsugi::train
