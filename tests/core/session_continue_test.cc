#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "tests/core/test_engine.h"

namespace tsugi {
namespace {

class SessionContinue : public testing::TestWithParam<DType> {
 protected:
  SessionContinue() : engine_(SmallSpec(BlockKind::kGated, GetParam())) {
    session_ = engine_.NewSession();
    for (const Event& event : RandomEvents(17, 131)) EXPECT_TRUE(session_->Push(event).ok());
  }
  std::vector<uint32_t> Continue(const ContinueOptions& options,
                                 const RecommendOptions& filter = {}) {
    const auto items = session_->Continue(options, filter);
    EXPECT_TRUE(items.ok()) << items.status().message();
    return *items;
  }
  Engine engine_;
  std::unique_ptr<Session> session_;
};

TEST_P(SessionContinue, LeavesTheSessionAsItWas) {
  const auto before = Hidden(*session_);
  const auto list = Items(*session_->Recommend({.k = 20}));
  for (const uint32_t n : {1u, 2u, 7u, 40u}) {
    Continue({.n = n});
    EXPECT_EQ(session_->event_count(), 17u);
    EXPECT_EQ(Hidden(*session_), before);
    EXPECT_EQ(Items(*session_->Recommend({.k = 20})), list);
  }
}

TEST_P(SessionContinue, DrawsTheSameItemsForTheSameSeedOnly) {
  const auto items = Continue({.n = 20, .seed = 4});
  EXPECT_EQ(items.size(), 20u);
  EXPECT_EQ(Continue({.n = 20, .seed = 4}), items);
  EXPECT_NE(Continue({.n = 20, .seed = 5}), items);
  EXPECT_EQ(Continue({.n = 3, .seed = 4}),
            (std::vector<uint32_t>(items.begin(), items.begin() + 3)));
}

TEST_P(SessionContinue, WithoutTemperatureTakesTheBestItemEachTime) {
  const auto items = Continue({.n = 6, .temperature = 0.0f});
  const auto copy = engine_.NewSession();
  for (const Event& event : RandomEvents(17, 131)) ASSERT_TRUE(copy->Push(event).ok());
  for (const uint32_t item : items) {
    EXPECT_EQ(item, (*copy->Recommend({.k = 1}))[0].item_index);
    ASSERT_TRUE(copy->Push({item}).ok());
  }
  EXPECT_EQ(Continue({.n = 6, .top_p = 1e-6f}), items) << "a nucleus of one";
}

TEST_P(SessionContinue, LeavesOutSeenItemsWhereTheModelOrTheFilterSaysSo) {
  const auto items = Continue({.n = 60, .temperature = 5.0f});
  std::set<uint32_t> seen(items.begin(), items.end());
  EXPECT_EQ(seen.size(), items.size());
  for (const Event& event : RandomEvents(17, 131)) EXPECT_EQ(seen.count(event.item_index), 0u);
  const auto kept =
      Continue({.n = 60, .temperature = 5.0f}, {.seen = RecommendOptions::Seen::kKeep});
  EXPECT_LT(std::set<uint32_t>(kept.begin(), kept.end()).size(), 60u);
}

TEST_P(SessionContinue, StopsWhenTheFilterLeavesNothing) {
  const std::vector<uint32_t> allow = {1, 2, 3}, exclude = {2};
  auto items = Continue({.n = 9}, {.exclude = exclude, .allow = allow});
  std::sort(items.begin(), items.end());
  std::vector<uint32_t> expected;
  for (const uint32_t item : {1u, 3u}) {
    const auto events = RandomEvents(17, 131);
    const bool is_seen = std::any_of(events.begin(), events.end(),
                                     [item](const Event& e) { return e.item_index == item; });
    if (!is_seen) expected.push_back(item);
  }
  EXPECT_EQ(items, expected);
  EXPECT_TRUE(Continue({.n = 2}, {.allow = std::span<const uint32_t>()}).empty());
}

TEST_P(SessionContinue, TopPDrawsFromTheNucleusInItsProportions) {
  std::vector<float> scores(131);
  ASSERT_TRUE(session_->ScoreAll(scores).ok());
  const auto ranking = *session_->Recommend({.k = 131});
  double total = 0;
  for (const auto& r : ranking) total += std::exp(r.score - ranking[0].score);
  std::vector<double> nucleus;
  for (double held = 0; held < 0.5 * total; held += nucleus.back()) {
    nucleus.push_back(std::exp(ranking[nucleus.size()].score - ranking[0].score));
  }
  double nucleus_total = 0;
  for (const double weight : nucleus) nucleus_total += weight;
  constexpr int kDraws = 4000;
  std::vector<int> counts(131);
  for (uint32_t seed = 0; seed < kDraws; ++seed) {
    ++counts[Continue({.n = 1, .top_p = 0.5f, .seed = seed})[0]];
  }
  int inside = 0;
  for (size_t i = 0; i < nucleus.size(); ++i) {
    const double p = nucleus[i] / nucleus_total;
    const int count = counts[ranking[i].item_index];
    inside += count;
    EXPECT_NEAR(count / static_cast<double>(kDraws), p, 4.5 * std::sqrt(p * (1 - p) / kDraws));
  }
  EXPECT_EQ(inside, kDraws);
}

INSTANTIATE_TEST_SUITE_P(Dtypes, SessionContinue, testing::Values(DType::kF32, DType::kI8));

TEST(Continue, RefusesBadOptionsAndChangesNothing) {
  Engine engine(TinySpec());
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Push({2}).ok());
  const auto code = [&](const ContinueOptions& options, const RecommendOptions& filter = {}) {
    return session->Continue(options, filter).status().code();
  };
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(code({.n = 0}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.temperature = -1.0f}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.temperature = kNan}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.temperature = INFINITY}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.top_p = 0.0f}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.top_p = 1.1f}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.top_p = kNan}), StatusCode::kInvalidArgument);
  const std::vector<uint32_t> far = {5};
  EXPECT_EQ(code({}, {.exclude = far}), StatusCode::kOutOfRange);
  std::vector<uint32_t> room(2);
  EXPECT_EQ(session->ContinueInto({.n = 3}, {}, room).status().code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(session->event_count(), 1u);
}

TEST(Continue, OfAnEmptySessionDrawsAnyItem) {
  Engine engine(TinySpec());
  const auto session = engine.NewSession();
  std::set<uint32_t> items;
  for (uint32_t seed = 0; seed < 100; ++seed) {
    items.insert((*session->Continue({.n = 1, .seed = seed}))[0]);
  }
  EXPECT_EQ(items.size(), 5u);
  EXPECT_EQ(session->event_count(), 0u);
}

}  // namespace
}  // namespace tsugi
