#include "core/continuation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "tests/core/test_engine.h"

namespace tsugi {
namespace {

class ContinueSessionTest : public testing::Test {
 protected:
  ContinueSessionTest() {
    for (const Event& event : RandomEvents(6, 131)) EXPECT_TRUE(session_->Push(event).ok());
  }
  std::vector<uint32_t> Draw(size_t count, const ContinueOptions& options,
                             const RecommendOptions& filter = {}) {
    std::vector<uint32_t> items(count);
    const auto drawn = ContinueSession(*session_, options, filter, items);
    EXPECT_TRUE(drawn.ok()) << drawn.status().message();
    items.resize(drawn.ok() ? *drawn : 0);
    return items;
  }
  Engine engine_{SmallSpec(BlockKind::kGated, DType::kI8)};
  std::unique_ptr<Session> session_ = engine_.NewSession();
};

TEST_F(ContinueSessionTest, TemperatureZeroTakesTheBestItemAgainAndAgain) {
  const auto items = Draw(3, {.temperature = 0.0f});
  const auto other = engine_.NewSession();
  for (const Event& event : RandomEvents(6, 131)) ASSERT_TRUE(other->Push(event).ok());
  for (const uint32_t item : items) {
    EXPECT_EQ((*other->Recommend({.k = 1}))[0].item_index, item);
    ASSERT_TRUE(other->Push({item}).ok());
  }
}

TEST_F(ContinueSessionTest, LeavesTheSessionAsItWas) {
  const auto before = Hidden(*session_);
  Draw(5, {});
  EXPECT_EQ(Hidden(*session_), before);
  EXPECT_EQ(session_->event_count(), 6u);
}

TEST_F(ContinueSessionTest, DrawsInProportionToTheSoftmaxOfTheScores) {
  const RecommendOptions best{.k = 3, .seen = RecommendOptions::Seen::kKeep};
  const auto ranked = session_->Recommend(best);
  ASSERT_TRUE(ranked.ok());
  std::vector<uint32_t> allowed;
  for (const auto& row : *ranked) allowed.push_back(row.item_index);
  const RecommendOptions filter{.seen = RecommendOptions::Seen::kKeep, .allow = allowed};
  std::map<uint32_t, int> counts;
  constexpr int kDraws = 4000;
  for (int seed = 0; seed < kDraws; ++seed) {
    ++counts[Draw(1, {.temperature = 2.0f, .seed = static_cast<uint64_t>(seed)}, filter)[0]];
  }
  double total = 0.0;
  for (const auto& row : *ranked) total += std::exp(row.score / 2.0);
  for (const auto& row : *ranked) {
    EXPECT_NEAR(counts[row.item_index], kDraws * std::exp(row.score / 2.0) / total, 150);
  }
}

TEST_F(ContinueSessionTest, ASmallTopPKeepsOnlyTheBest) {
  const auto best = Draw(1, {.temperature = 0.0f});
  for (uint64_t seed = 0; seed < 20; ++seed) {
    EXPECT_EQ(Draw(1, {.temperature = 5.0f, .top_p = 1e-6f, .seed = seed}), best);
  }
}

TEST_F(ContinueSessionTest, TheSeedDecides) {
  const ContinueOptions hot{.temperature = 100.0f, .seed = 3};
  EXPECT_EQ(Draw(5, hot), Draw(5, hot));
  std::set<std::vector<uint32_t>> different;
  for (uint64_t seed = 0; seed < 10; ++seed) {
    different.insert(Draw(5, {.temperature = 100.0f, .seed = seed}));
  }
  EXPECT_GT(different.size(), 5u);
}

TEST_F(ContinueSessionTest, EndsEarlyWhenTheFilterLeavesNothing) {
  const std::vector<uint32_t> allowed = {3, 4};
  EXPECT_LE(Draw(5, {}, {.seen = RecommendOptions::Seen::kFilter, .allow = allowed}).size(), 2u);
}

TEST_F(ContinueSessionTest, RefusesWrongOptions) {
  std::vector<uint32_t> items(2);
  for (const ContinueOptions& wrong :
       {ContinueOptions{.temperature = -1.0f}, ContinueOptions{.top_p = 0.0f},
        ContinueOptions{.top_p = 1.5f},
        ContinueOptions{.temperature = std::numeric_limits<float>::quiet_NaN()}}) {
    EXPECT_EQ(ContinueSession(*session_, wrong, {}, items).status().code(),
              StatusCode::kInvalidArgument);
  }
  const std::vector<uint32_t> beyond = {9999};
  EXPECT_FALSE(ContinueSession(*session_, {}, {.exclude = beyond}, items).ok());
  EXPECT_EQ(session_->event_count(), 6u);
}

}  // namespace
}  // namespace tsugi
