#include "native/train/negatives.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/native/train/tiny_dataset.h"

namespace tsugi::train {
namespace {

TEST(NegativeSampler, UniformDrawsEveryItemEquallyOften) {
  const TinyDataset tiny({"u a b c d", "v a b a c"});
  const auto sampler = NegativeSampler::Create("uniform", tiny.dataset());
  ASSERT_TRUE(sampler.ok());
  Random random(1);
  const SharedNegatives drawn = sampler->Draw(2000, true, random);
  std::vector<int> counts(4);
  for (int64_t j = 0; j < 2000; ++j) {
    ++counts[drawn.items[j].item<int64_t>()];
    EXPECT_NEAR(drawn.log_q[j].item<float>(), std::log(0.25), 1e-5);
  }
  for (const int count : counts) EXPECT_NEAR(count, 500, 100);
}

TEST(NegativeSampler, PopularityFollowsTrainingCountsAndReportsItsProbabilities) {
  // Trainable (all but the last two): u: a b c, v: a a a -> counts + 1: a 5, b 2, c 2, d 1.
  const TinyDataset tiny({"u a b c d d", "v a a a b c"});
  const auto sampler = NegativeSampler::Create("popularity", tiny.dataset());
  ASSERT_TRUE(sampler.ok());
  Random random(1);
  const SharedNegatives drawn = sampler->Draw(10000, true, random);
  const double probability[] = {0.5, 0.2, 0.2, 0.1};
  std::vector<int> counts(4);
  for (int64_t j = 0; j < 10000; ++j) {
    const auto item = drawn.items[j].item<int64_t>();
    ++counts[item];
    EXPECT_NEAR(drawn.log_q[j].item<float>(), std::log(probability[item]), 1e-5);
  }
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(counts[i], 10000 * probability[i], 300) << i;
}

TEST(NegativeSampler, RefusesAnUnknownProposal) {
  const TinyDataset tiny({"u a b c d"});
  const auto sampler = NegativeSampler::Create("banana", tiny.dataset());
  ASSERT_FALSE(sampler.ok());
  EXPECT_THAT(std::string(sampler.status().message()), testing::HasSubstr("uniform or popularity"));
}

}  // namespace
}  // namespace tsugi::train
