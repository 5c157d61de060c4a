#include "native/train/negatives.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "tests/native/train/tiny_dataset.h"

namespace tsugi::train {
namespace {

/// How often each of the four items is drawn, a draw; no item may be drawn twice.
std::vector<double> Shares(const NegativeSampler& sampler, size_t count) {
  constexpr int kDraws = 5000;
  Random random(1);
  std::vector<double> shares(4);
  for (int draw = 0; draw < kDraws; ++draw) {
    const auto items = sampler.Draw(false, random).items;
    EXPECT_EQ(static_cast<size_t>(items.size(0)), count);
    std::set<int64_t> distinct;
    for (int64_t j = 0; j < items.size(0); ++j) {
      distinct.insert(items[j].item<int64_t>());
      shares[static_cast<size_t>(items[j].item<int64_t>())] += 1.0 / kDraws;
    }
    EXPECT_EQ(distinct.size(), count);
  }
  return shares;
}

TEST(NegativeSampler, UniformDrawsEveryItemEquallyOften) {
  const TinyDataset tiny({"u a b c d", "v a b a c"});
  const auto sampler = NegativeSampler::Create(Proposal::kUniform, tiny.dataset(), 3);
  for (const double share : Shares(sampler, 3)) EXPECT_NEAR(share, 0.75, 0.03);
}

TEST(NegativeSampler, PopularityFollowsTrainingCountsAndReportsHowOftenItDraws) {
  // Trainable (all but the last two): u: a b c, v: a a a -> counts + 1: a 5, b 2, c 2, d 1.
  const TinyDataset tiny({"u a b c d d", "v a a a b c"});
  const std::vector<double> one = {0.5, 0.2, 0.2, 0.1};
  const std::vector<double> three = {1.0, 0.8, 0.8, 0.4};  // a always: 5 / 10 of three is above one
  for (const auto& [count, expected] : {std::pair(1, one), std::pair(3, three)}) {
    const auto sampler = NegativeSampler::Create(Proposal::kPopularity, tiny.dataset(), count);
    const auto shares = Shares(sampler, static_cast<size_t>(count));
    for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(shares[i], expected[i], 0.03) << count << i;
    Random random(2);
    const SharedNegatives drawn = sampler.Draw(true, random);
    for (int64_t j = 0; j < count; ++j) {
      const auto item = static_cast<size_t>(drawn.items[j].item<int64_t>());
      EXPECT_NEAR(drawn.log_expected[j].item<float>(), std::log(expected[item]), 1e-6);
    }
  }
}

TEST(NegativeSampler, DrawsCandidatesAlone) {
  const TinyDataset tiny({"u a b c d d", "v a a a b c"});
  for (const auto proposal : {Proposal::kUniform, Proposal::kPopularity}) {
    for (const auto& is_candidate :
         {std::vector<bool>{false, true, true, true}, std::vector<bool>{true, true, false, true}}) {
      const auto two = NegativeSampler::Create(proposal, tiny.dataset(), 2, is_candidate);
      const auto three = NegativeSampler::Create(proposal, tiny.dataset(), 3, is_candidate);
      const auto some = Shares(two, 2), all = Shares(three, 3);
      double sum = 0.0;
      for (size_t i = 0; i < 4; ++i) {
        sum += some[i];
        EXPECT_EQ(all[i] > 0.0, is_candidate[i]);
        EXPECT_EQ(some[i] > 0.0, is_candidate[i]);
      }
      EXPECT_NEAR(sum, 2.0, 1e-6);
    }
  }
}

TEST(NegativeSampler, DrawsAllItemsWhereTheyAreFew) {
  const TinyDataset tiny({"u a b c d d", "v a a a b c"});
  const auto sampler = NegativeSampler::Create(Proposal::kPopularity, tiny.dataset(), 9);
  for (const double share : Shares(sampler, 4)) EXPECT_NEAR(share, 1.0, 1e-9);
}

}  // namespace
}  // namespace tsugi::train
