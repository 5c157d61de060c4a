#include "native/train/batch_gradient.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/native/train/tiny_dataset.h"
#include "tests/native/train/tiny_training.h"

namespace tsugi::train {
namespace {

/// The gradients of one batch of a small model.
class BatchGradientTest : public testing::TestWithParam<const char*> {
 protected:
  std::vector<torch::Tensor> Gradients(int64_t workers, double dropout, uint64_t seed,
                                       const SetTargets* sets = nullptr) {
    TrainConfig config = TinyConfig(tiny_.dataset(), {std::string("loss=") + GetParam()});
    config.workers = workers;
    torch::manual_seed(1);
    SequenceModel model(MakeSpec(config, tiny_.dataset()),
                        {.input_dropout = dropout, .hidden_dropout = dropout});
    const EpochPacker packer(tiny_.dataset(), tiny_.dataset().train_end(), 8, 6, 1, 0);
    const PackedBatch batch = packer.Batch(0);
    const SharedNegatives negatives{torch::tensor({1, 5, 7}, torch::kInt64), {}};
    loss_ = BatchGradient(model, config, {.sets = sets}).Compute(batch, negatives, 0.5, seed);
    std::vector<torch::Tensor> gradients;
    for (const auto& parameter : model.parameters()) gradients.push_back(parameter.grad().clone());
    return gradients;
  }
  /// The largest difference between two sets of gradients, relative to the largest value in them.
  static double Difference(const std::vector<torch::Tensor>& a,
                           const std::vector<torch::Tensor>& b) {
    double difference = 0.0, scale = 0.0;
    for (size_t i = 0; i < a.size(); ++i) {
      difference = std::max(difference, (a[i] - b[i]).abs().max().item<double>());
      scale = std::max(scale, a[i].abs().max().item<double>());
    }
    return difference / scale;
  }

  TinyDataset tiny_{ChainLog(60, 20, 9, 3)};
  double loss_ = 0.0;
};

TEST_P(BatchGradientTest, IsTheSameForAnyNumberOfWorkers) {
  const auto alone = Gradients(1, 0.0, 4);
  const double loss = loss_;
  for (const int64_t workers : {2, 3, 100}) {
    EXPECT_LT(Difference(Gradients(workers, 0.0, 4), alone), 1e-5) << workers;
    EXPECT_NEAR(loss_, loss, 1e-3 * loss) << workers;
  }
}

TEST_P(BatchGradientTest, DropoutFollowsTheSeedAlone) {
  const auto first = Gradients(2, 0.5, 4);
  for (int run = 0; run < 5; ++run) {
    const auto again = Gradients(2, 0.5, 4);
    for (size_t i = 0; i < first.size(); ++i) EXPECT_TRUE(torch::equal(first[i], again[i])) << i;
  }
  EXPECT_GT(Difference(Gradients(2, 0.5, 5), first), 1e-2);
}

TEST_P(BatchGradientTest, SetsOfAVanishingHalfLifeTrainTheNextItem) {
  if (GetParam() == std::string("gbce")) return;  // takes no sets
  const auto next = Gradients(2, 0.0, 4);
  const double loss = loss_;
  const auto ends = tiny_.dataset().train_end();
  const SetTargets vanishing(tiny_.dataset(), ends, {.half_life_events = 0.0, .size = 4});
  EXPECT_LT(Difference(Gradients(2, 0.0, 4, &vanishing), next), 1e-5);
  EXPECT_NEAR(loss_, loss, 1e-4 * loss);
  const SetTargets lasting(tiny_.dataset(), ends, {.half_life_events = 2.0, .size = 4});
  EXPECT_GT(Difference(Gradients(2, 0.0, 4, &lasting), next), 1e-2);
}

INSTANTIATE_TEST_SUITE_P(Losses, BatchGradientTest,
                         testing::Values("cross_entropy", "sampled_softmax", "gbce"));

TEST(Dropout, KeepsTheMeanAndDropsNothingWithoutARandom) {
  const auto x = torch::ones({200, 200});
  EXPECT_TRUE(torch::equal(Dropout(x, 0.5, {}), x));
  const auto dropped = Dropout(x, 0.3, MakeDropoutRandom(2));
  EXPECT_NEAR(dropped.mean().item<double>(), 1.0, 0.02);
  EXPECT_NEAR((dropped == 0).to(torch::kFloat32).mean().item<double>(), 0.3, 0.01);
}

}  // namespace
}  // namespace tsugi::train
