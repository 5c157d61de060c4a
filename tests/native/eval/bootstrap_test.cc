#include "native/eval/bootstrap.h"

#include <gtest/gtest.h>

#include "core/base/random.h"

namespace tsugi {
namespace {

const std::vector<Metric> kRecall1{{Metric::Kind::kRecall, 1, "recall@1"}};

/// One case per user; a hit with probability p.
UserSums RandomUsers(size_t count, double p, uint64_t seed) {
  Random random(seed);
  UserSums users;
  users.metric_count = 1;
  for (size_t i = 0; i < count; ++i) {
    users.sums.push_back(random.NextUniform() < p ? 1.0 : 0.0);
    users.case_counts.push_back(1.0);
  }
  return users;
}

TEST(SumByUser, AddsUpTheCasesOfOneUser) {
  const std::vector<EvaluationCase> cases{{4, 1}, {4, 2}, {7, 1}};
  const std::vector<TargetRank> ranks{{1, 0}, {1, 0}, {2, 0}};
  const UserSums users = SumByUser(kRecall1, cases, ranks);
  EXPECT_EQ(users.sums, (std::vector<double>{2.0, 0.0}));
  EXPECT_EQ(users.case_counts, (std::vector<double>{2.0, 1.0}));
}

TEST(SumByUser, WeighsCasesAndLeavesOutWhatWeighsNothing) {
  const std::vector<EvaluationCase> cases{{4, 1}, {4, 2}, {7, 1}, {9, 1}};
  const std::vector<TargetRank> ranks{{1, 0}, {2, 0}, {1, 0}, {1, 0}};
  const std::vector<double> weights{0.25, 0.5, 0.0, 1.0};
  const UserSums users = SumByUser(kRecall1, cases, ranks, weights);
  EXPECT_EQ(users.sums, (std::vector<double>{0.25, 1.0}));
  EXPECT_EQ(users.case_counts, (std::vector<double>{0.75, 1.0}));
  EXPECT_DOUBLE_EQ(MeansOf(users)[0], 1.25 / 1.75);
  EXPECT_EQ(MeansOf(SumByUser(kRecall1, {}, {}))[0], 0.0);
}

TEST(Bootstrap, CoversTheTrueMeanAboutNineteenTimesInTwenty) {
  int covered = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const Interval interval = BootstrapIntervals(RandomUsers(400, 0.2, seed), {1000, seed})[0];
    covered += interval.low <= 0.2 && 0.2 <= interval.high ? 1 : 0;
  }
  EXPECT_GE(covered, 180);  // 95 % of 200 is 190; three standard errors are 9
  EXPECT_LE(covered, 199);
}

TEST(Bootstrap, HasTheWidthOfTheNormalApproximation) {
  const UserSums users = RandomUsers(10000, 0.5, 3);
  const Interval interval = BootstrapIntervals(users, {1000, 1})[0];
  EXPECT_NEAR(interval.high - interval.low, 2 * 1.96 * 0.005, 0.002);
}

TEST(Bootstrap, RepeatsWithItsSeed) {
  const UserSums users = RandomUsers(100, 0.3, 1);
  const Interval a = BootstrapIntervals(users, {1000, 5})[0];
  const Interval b = BootstrapIntervals(users, {1000, 5})[0];
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
}

TEST(Bootstrap, IsAPointWhenAllUsersAgree) {
  UserSums users{{1, 1, 1}, {1, 1, 1}, 1};
  const Interval interval = BootstrapIntervals(users, {})[0];
  EXPECT_EQ(interval.low, 1.0);
  EXPECT_EQ(interval.high, 1.0);
}

TEST(Bootstrap, IsZeroWithoutUsers) {
  EXPECT_EQ(BootstrapIntervals(UserSums{{}, {}, 1}, {})[0].high, 0.0);
}

TEST(Bootstrap, PairedDifferenceIsNarrowerThanItsParts) {
  // b = a, except that 2 % of the users gain: the paired interval must exclude 0.
  const UserSums a = RandomUsers(1000, 0.3, 9);
  UserSums b = a;
  for (size_t i = 0; i < b.sums.size(); i += 50) b.sums[i] = 1.0;
  const Interval difference = BootstrapIntervals(Subtract(b, a), {})[0];
  const Interval single = BootstrapIntervals(a, {})[0];
  EXPECT_GT(difference.low, 0.0);
  EXPECT_LT(difference.high - difference.low, 0.5 * (single.high - single.low));
}

}  // namespace
}  // namespace tsugi
