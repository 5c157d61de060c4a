#include "native/train/diffusion.h"

#include <gtest/gtest.h>

#include <cmath>

#include "native/train/item_loss.h"
#include "native/train/modules/layers.h"

namespace tsugi::train {
namespace {

VarianceSchedule Published() { return VarianceSchedule::LinearVariance(20, 1e-5, 2e-3); }

/// 300 vectors of 16 numbers around 6 centres, of length about 2.
torch::Tensor Clusters() {
  Random random(2);
  const auto centres = DrawNormal(6, 16, random) * 0.5;
  auto rows = torch::empty({300, 16});
  for (int64_t i = 0; i < 300; ++i) rows[i] = centres[i % 6];
  return rows + 0.05 * DrawNormal(300, 16, random);
}

TEST(VarianceSchedule, HasThePublishedNumbers) {
  const VarianceSchedule schedule = Published();
  EXPECT_EQ(schedule.steps(), 20);
  EXPECT_NEAR(schedule.alpha_bar(0), 0.99999, 1e-12);
  EXPECT_NEAR(schedule.alpha_bar(19), 0.998, 1e-12);
  EXPECT_EQ(schedule.snr_loss(0), 1.0);
  EXPECT_NEAR(schedule.snr_loss(19), schedule.snr(18) - schedule.snr(19), 1e-9);
  EXPECT_GT(schedule.snr_loss(1), schedule.snr_loss(2));
}

TEST(VarianceSchedule, PosteriorIsThatOfTwoGaussians) {
  // x_{t-1} given x_0 has mean sqrt(abar_{t-1}) x_0; x_t = sqrt(alpha) x_{t-1} + noise.
  const VarianceSchedule schedule = Published();
  for (int64_t t = 1; t < 20; ++t) {
    const double alpha = schedule.alpha_bar(t) / schedule.alpha_bar(t - 1);
    const double prior = 1.0 - schedule.alpha_bar(t - 1), noise = 1.0 - alpha;
    const double precision = 1.0 / prior + alpha / noise;
    EXPECT_NEAR(schedule.posterior_variance(t), 1.0 / precision, 1e-9);
    EXPECT_NEAR(schedule.posterior_noisy_weight(t), std::sqrt(alpha) / noise / precision, 1e-9);
    EXPECT_NEAR(schedule.posterior_clean_weight(t),
                std::sqrt(schedule.alpha_bar(t - 1)) / prior / precision, 1e-9);
  }
}

TEST(NegativeDiffusion, LearnsToDenoise) {
  torch::manual_seed(1);
  const auto rows = Clusters();
  NegativeDiffusion diffusion(16, {});
  Random random(5);
  double first = 0.0, last = 0.0;
  for (int step = 0; step < 600; ++step) {
    const double loss = diffusion.Train(rows, random);
    if (step < 20) first += loss;
    if (step >= 580) last += loss;
  }
  EXPECT_LT(last, 0.3 * first);
}

TEST(NegativeDiffusion, MakesNegativesNearThePositiveThatAreNotIt) {
  torch::manual_seed(1);
  const auto rows = Clusters();
  NegativeDiffusion trained(16, {}), untrained(16, {.is_trained = false});
  Random random(5);
  for (int step = 0; step < 600; ++step) trained.Train(rows, random);
  EXPECT_EQ(untrained.Train(rows, random), 0.0);
  const auto users = DrawNormal(300, 16, random);
  const auto made = trained.Synthesize(rows, users, random);
  const auto far = untrained.Synthesize(rows, users, random);
  const auto distance = [&rows](const torch::Tensor& x) {
    return (x - rows).norm(2, 1).mean().item<double>();
  };
  EXPECT_GT(distance(made), 1e-3);
  EXPECT_LT(distance(made), 0.5 * distance(far));
}

TEST(NegativeDiffusion, TakesTheCandidateThatTheUserLikesBest) {
  torch::manual_seed(1);
  const auto rows = Clusters(), users = torch::ones({300, 16});
  NegativeDiffusion several(16, {.is_trained = false});
  Random random(5);
  const auto hardest = (several.Synthesize(rows, users, random) * users).sum(1);
  // The same numbers, asked for by a user who wants the opposite, give the least of each row.
  Random again(5);
  const auto easiest = (several.Synthesize(rows, -users, again) * users).sum(1);
  EXPECT_TRUE((hardest >= easiest).all().item<bool>());
  EXPECT_TRUE((hardest > easiest).any().item<bool>());
}

TEST(NegativeDiffusion, CausalTermIsTheDivergenceOfTwoGaussians) {
  torch::manual_seed(1);
  const auto rows = Clusters();
  NegativeDiffusion with(16, {.causal_weight = 0.1});
  torch::manual_seed(1);
  NegativeDiffusion without(16, {.causal_weight = 0.0});
  without.denoiser()->eval();
  with.denoiser()->eval();
  {
    torch::NoGradGuard no_grad;
    const auto from = with.denoiser()->parameters(), to = without.denoiser()->parameters();
    for (size_t i = 0; i < from.size(); ++i) to[i].copy_(from[i]);
  }
  Random random(3);
  const auto noise = DrawNormal(300, 16, random);
  const auto t = torch::full({300}, 7, torch::kInt64);
  const double difference =
      (with.Loss(rows, noise, t) - without.Loss(rows, noise, t)).item<double>();
  const VarianceSchedule schedule = Published();
  const double v = schedule.posterior_variance(7), w = schedule.posterior_variance(6);
  const auto predicted = with.denoiser()->forward(schedule.AddNoise(rows, noise, t), t);
  const auto earlier = schedule.AddNoise(rows, noise, t - 1);
  const double squares = (predicted - earlier).square().mean().item<double>();
  const double expected = 0.1 * 0.5 * (std::log(w / v) + v / w + squares / w - 1.0);
  EXPECT_NEAR(difference, expected, 1e-3 * expected);
}

TEST(SequenceNegatives, AddOneItemToThePartition) {
  torch::manual_seed(1);
  const auto rows = UnitRows(Clusters()), query = 5.0 * UnitRows(torch::randn({40, 16}));
  const auto targets = torch::arange(40);
  SequenceNegatives negatives(16);
  negatives.BeginStep(rows, 3, 2, 10);
  const auto plain = CrossEntropy(query, rows, targets);
  const auto loss = negatives.Around(
      [](const auto& h, const auto& v, const auto& y) { return CrossEntropy(h, v, y); });
  const auto more = loss(query, rows, targets);
  EXPECT_TRUE((more > plain).all().item<bool>());
  // e^more - e^plain = e^(made - positive), and a made row of length one scores within |query|.
  const auto positive = (query * rows.slice(0, 0, 40)).sum(1);
  const auto made = torch::log(torch::exp(more) - torch::exp(plain)) + positive;
  EXPECT_LT(made.abs().max().item<double>(), 5.0 + 1e-2);
  EXPECT_TRUE(torch::equal(more, loss(query, rows, targets)));
  negatives.BeginStep(rows, 4, 2, 10);
  EXPECT_FALSE(torch::equal(more, loss(query, rows, targets)));
}

TEST(SequenceNegatives, TheGradientReachesQueriesAndRows) {
  torch::manual_seed(1);
  const auto rows = UnitRows(Clusters()).requires_grad_(true);
  const auto query = UnitRows(torch::randn({8, 16})).requires_grad_(true);
  SequenceNegatives negatives(16);
  negatives.BeginStep(rows.detach(), 3, 0, 1);
  const auto loss = negatives.Around(
      [](const auto& h, const auto& v, const auto& y) { return CrossEntropy(h, v, y); });
  loss(query, rows, torch::arange(8)).sum().backward();
  EXPECT_GT(query.grad().abs().sum().item<double>(), 0.0);
  EXPECT_GT(rows.grad().abs().sum().item<double>(), 0.0);
}

TEST(Hardness, GrowsFromEasyToHard) {
  Random random(1);
  const auto mean = [&random](int64_t epoch) {
    return DrawHardness(20000, epoch, 101, random).mean().item<double>();
  };
  EXPECT_NEAR(mean(0), 0.1, 0.01);
  EXPECT_NEAR(mean(50), 0.5, 0.01);
  EXPECT_NEAR(mean(100), 0.9, 0.01);
  EXPECT_NEAR(mean(500), 0.9, 0.01);
}

}  // namespace
}  // namespace tsugi::train
