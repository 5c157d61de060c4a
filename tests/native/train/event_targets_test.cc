#include "native/train/event_targets.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/native/train/tiny_dataset.h"

namespace tsugi::train {
namespace {

constexpr int64_t kHour = 3600;

/// Weight by the log's own item id.
std::map<std::string, float> WeightsAt(const Dataset& dataset, const SetRule& rule,
                                       uint64_t next_event, uint64_t seed = 1) {
  std::vector<int64_t> items(rule.size);
  std::vector<float> weights(rule.size);
  SetTargets(dataset, dataset.train_end(), rule).Write(next_event, seed, items, weights);
  std::map<std::string, float> by_id;
  for (size_t i = 0; i < items.size(); ++i) {
    if (items[i] >= 0) by_id[std::string(dataset.item_ids()[items[i]])] = weights[i];
  }
  return by_id;
}

/// Trainable: items 1 2 3 4 at hours 1 2 3 5; 8 and 9 are held out.
TinyDataset HourlyLog() {
  return TinyDataset({"u 1 2 3 4 8 9"}, {"u 3600 7200 10800 18000 18060 18070"});
}

TEST(SetTargets, WeightHalvesWithEveryHalfLife) {
  const TinyDataset log = HourlyLog();
  const auto weights = WeightsAt(log.dataset(), {.half_life_s = kHour, .size = 4}, 1);
  ASSERT_EQ(weights.size(), 3u);
  EXPECT_NEAR(weights.at("2") / weights.at("3"), 2.0, 1e-5);  // an hour apart
  EXPECT_NEAR(weights.at("3") / weights.at("4"), 4.0, 1e-5);  // two hours
  EXPECT_NEAR(weights.at("2") + weights.at("3") + weights.at("4"), 1.0, 1e-6);
}

TEST(SetTargets, NeverHoldsAnEventThatIsNotTrainable) {
  const TinyDataset log = HourlyLog();
  const auto weights = WeightsAt(log.dataset(), {.half_life_s = 100 * kHour, .size = 16}, 3);
  EXPECT_EQ(weights, (std::map<std::string, float>{{"4", 1.0f}}));
}

TEST(SetTargets, EndsFourHalfLivesBehindTheContext) {
  const TinyDataset log = HourlyLog();
  // The context is at hour 1; item 4, at hour 5, is four hours later.
  EXPECT_EQ(WeightsAt(log.dataset(), {.half_life_s = kHour, .size = 4}, 1).count("4"), 1u);
  EXPECT_EQ(WeightsAt(log.dataset(), {.half_life_s = kHour - 1, .size = 4}, 1).count("4"), 0u);
}

TEST(SetTargets, KeepsTheNextEventHoweverLateItIs) {
  const TinyDataset log = HourlyLog();
  const auto weights = WeightsAt(log.dataset(), {.half_life_s = 60, .size = 4}, 1);
  EXPECT_EQ(weights, (std::map<std::string, float>{{"2", 1.0f}}));
}

TEST(SetTargets, AVanishingHalfLifeIsNextToken) {
  const TinyDataset log({"a 1 2 3 4 5 6 7 8 9"}, {"a 10 20 20 30 40 50 60 70 80"});
  for (const uint64_t next : {1u, 3u, 4u, 5u}) {
    const auto item = std::string(log.dataset().item_ids()[log.dataset().items()[next]]);
    const auto weights = WeightsAt(log.dataset(), {.half_life_s = 0, .size = 4}, next);
    if (next == 1) {  // its time is that of the event after it: their order tells nothing
      EXPECT_EQ(weights, (std::map<std::string, float>{{"2", 0.5f}, {"3", 0.5f}}));
    } else {
      EXPECT_EQ(weights, (std::map<std::string, float>{{item, 1.0f}}));
    }
  }
}

TEST(SetTargets, CountsPositionsWhereTimesAreUnknown) {
  const TinyDataset log({"u 1 2 3 4 5 6 7 8 9"});
  const SetRule rule{.half_life_s = kHour, .half_life_events = 1.0, .size = 8};
  const auto weights = WeightsAt(log.dataset(), rule, 1);
  ASSERT_EQ(weights.size(), 4u);  // four half-lives after the context
  EXPECT_NEAR(weights.at("2") / weights.at("3"), 2.0, 1e-5);
  EXPECT_EQ(HalfLifeOf(log.dataset()), 0);
}

TEST(SetTargets, DrawsEvenlySpacedEventsFromALongWindow) {
  std::string items = "u", times = "u";
  for (int i = 0; i < 102; ++i) {
    items += " " + std::to_string(100 + i);
    times += " 1000";
  }
  const TinyDataset log({items}, {times});
  const SetRule rule{.half_life_s = kHour, .size = 8};
  std::map<std::string, int> taken;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    const auto weights = WeightsAt(log.dataset(), rule, 1, seed);
    ASSERT_EQ(weights.size(), 8u);
    for (const auto& [item, weight] : weights) {
      EXPECT_NEAR(weight, 1.0 / 8, 1e-6);
      ++taken[item];
    }
  }
  ASSERT_EQ(taken.size(), 99u);  // 101 ... 199: all trainable ones after the context
  for (const auto& [item, count] : taken) EXPECT_NEAR(count, 400 * 8 / 99.0, 22) << item;
}

TEST(SetTargets, AddsUpTheWeightsOfARepeatedItem) {
  const TinyDataset log({"u 1 2 3 2 8 9"}, {"u 10 20 20 20 30 40"});
  const auto weights = WeightsAt(log.dataset(), {.half_life_s = kHour, .size = 4}, 1);
  ASSERT_EQ(weights.size(), 2u);
  EXPECT_NEAR(weights.at("2"), 2.0 / 3, 1e-6);
}

TEST(SetTargets, RewardsMultiplyTheWeights) {
  const TinyDataset log({"u 1 2 3 4 8 9"}, {"u 10 20 20 20 30 40"});
  const std::vector<float> rewards = {1, 1.5f, 0.5f, 4, 1, 1};
  std::vector<int64_t> items(4);
  std::vector<float> weights(4);
  SetTargets(log.dataset(), log.dataset().train_end(), {.half_life_s = kHour, .size = 4}, rewards)
      .Write(1, 1, items, weights);
  EXPECT_NEAR(weights[0], 1.5 / 3, 1e-6);
  EXPECT_NEAR(weights[1], 0.5 / 3, 1e-6);
  EXPECT_NEAR(weights[2], 4.0 / 3, 1e-6);
  EXPECT_EQ(weights[3], 0.0f);
}

TEST(HalfLife, IsTheMedianPauseWhateverBurstsThereAre) {
  // Many events a minute apart, pauses of one, two and three days.
  std::string items = "u", times = "u";
  int64_t time = 1000000;
  for (int visit = 0; visit < 4; ++visit) {
    for (int i = 0; i < 20; ++i) {
      items += " " + std::to_string(visit * 100 + i);
      times += " " + std::to_string(time);
      time += 60;
    }
    time += (visit + 1) * 24 * kHour - 60;
  }
  const TinyDataset log({items}, {times});
  EXPECT_EQ(HalfLifeOf(log.dataset()), 48 * kHour);
}

TEST(HalfLife, IsTheMedianGapOfALogWithoutPauses) {
  const TinyDataset log({"u 1 2 3 4 5 6 7"}, {"u 10 10 15 25 45 60 70"});
  EXPECT_EQ(HalfLifeOf(log.dataset()), 10);  // gaps above 0 that may be trained on: 5 10 20
}

}  // namespace
}  // namespace tsugi::train
