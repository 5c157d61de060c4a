#include <gtest/gtest.h>

#include <limits>
#include <numeric>
#include <vector>

#include "core/parts/intent/intent_encoder.h"
#include "tests/core/test_engine.h"

namespace tsugi {
namespace {

std::vector<float> Intents(const Session& session) {
  const IntentReadout intent = session.intent();
  return {intent.probabilities.begin(), intent.probabilities.end()};
}

TEST(SessionIntent, IsADistributionPerFamilyAndOneOfFamilies) {
  Engine engine(SmallIntentSpec(DType::kI8));
  const auto session = engine.NewSession();
  for (const Event& event : RandomEvents(30, 131)) {
    ASSERT_TRUE(session->Push(event).ok());
    const IntentReadout intent = session->intent();
    ASSERT_EQ(intent.probabilities.size(), 12u);
    ASSERT_EQ(intent.weights.size(), 3u);
    size_t first = 0;
    for (const size_t labels : {3u, 2u, 7u}) {
      const auto family = intent.probabilities.subspan(first, labels);
      EXPECT_NEAR(std::accumulate(family.begin(), family.end(), 0.0), 1.0, 1e-6);
      for (const float p : family) EXPECT_GT(p, 0.0f);
      first += labels;
    }
    EXPECT_NEAR(std::accumulate(intent.weights.begin(), intent.weights.end(), 0.0), 1.0, 1e-6);
  }
}

TEST(SessionIntent, IsEmptyForAnEmptySessionAndForAModelWithoutIntents) {
  Engine engine(SmallIntentSpec(DType::kF32));
  const auto session = engine.NewSession();
  EXPECT_TRUE(session->intent().probabilities.empty());
  ASSERT_TRUE(session->Push({1}).ok());
  EXPECT_FALSE(session->intent().probabilities.empty());
  session->Clear();
  EXPECT_TRUE(session->intent().weights.empty());

  Engine plain(TinySpec());
  const auto other = plain.NewSession();
  ASSERT_TRUE(other->Push({1}).ok());
  EXPECT_TRUE(other->intent().probabilities.empty());
}

TEST(SessionIntent, SavedSessionsGiveItBack) {
  Engine engine(SmallIntentSpec(DType::kF32));
  const auto session = engine.NewSession(), restored = engine.NewSession();
  ASSERT_TRUE(session->Assign(RandomEvents(25, 131)).ok());
  ASSERT_TRUE(restored->Restore(Saved(*session)).ok());
  EXPECT_EQ(Readout(*restored), Readout(*session));
}

// The intent encoder reads S alone: no column of F in its input, no attention in its layers.
TestModel ShortTermOnly() {
  ModelSpec spec = SmallIntentSpec(DType::kF32);
  spec.time_gap_buckets = 0;
  TestModel model(spec);
  const size_t width = spec.encoder.width;
  std::fill_n(model.data<float>("intent.input.weight"), width * width, 0.0f);
  for (uint32_t layer = 0; layer < spec.intent->layers; ++layer) {
    const std::string output = LayerPrefix(layer, kIntentEncoder) + "output.";
    std::fill_n(model.data<float>(output + "weight"), width * width, 0.0f);
    std::fill_n(model.data<float>(output + "bias"), width, 0.0f);
  }
  return model;
}

TEST(SessionIntent, AnEventOlderThanTheWindowCannotChangeTheShortTermEncoder) {
  Engine engine(ShortTermOnly());
  // A window of 5 events and a day: hours apart all four are in it, and so is a fifth if it came
  // within the day, to the second.
  for (const int64_t age_s : {86400, 86401}) {
    const auto base = engine.NewSession(), changed = engine.NewSession();
    const int64_t now_s = 1'700'000'000;
    std::vector<Event> events = {
        {5, now_s - age_s}, {6, now_s - 7200}, {7, now_s - 3600}, {8, now_s}};
    ASSERT_TRUE(base->Assign(events).ok());
    events[0].item_index = 99;
    ASSERT_TRUE(changed->Assign(events).ok());
    EXPECT_EQ(Intents(*base) == Intents(*changed), age_s > 86400) << age_s;
    EXPECT_NE(Hidden(*base), Hidden(*changed)) << "the item encoder still sees it";
  }
}

TEST(SessionIntent, AnEventBeforeTheWindowsEventsCannotChangeTheShortTermEncoder) {
  Engine engine(ShortTermOnly());
  for (const size_t back : {4u, 5u}) {  // the window holds the last event and four before it
    const auto base = engine.NewSession(), changed = engine.NewSession();
    std::vector<Event> events(9);
    for (uint32_t i = 0; i < events.size(); ++i) events[i].item_index = 10 * i;
    ASSERT_TRUE(base->Assign(events).ok());
    events[events.size() - 1 - back].item_index = 130;
    ASSERT_TRUE(changed->Assign(events).ok());
    EXPECT_EQ(Intents(*base) == Intents(*changed), back == 5) << back;
  }
}

TEST(SessionIntent, ChangesTheListThroughTheMixAlone) {
  TestModel model(SmallIntentSpec(DType::kF32));
  TestModel other(SmallIntentSpec(DType::kF32));
  const size_t width = model.view().spec.encoder.width;
  std::fill_n(other.data<float>("intent.projection"), 12 * width, 0.0f);
  Engine engine(std::move(model)), without(std::move(other));
  const auto a = engine.NewSession(), b = without.NewSession();
  ASSERT_TRUE(a->Assign(RandomEvents(9, 131)).ok());
  ASSERT_TRUE(b->Assign(RandomEvents(9, 131)).ok());
  EXPECT_EQ(Intents(*a), Intents(*b));
  EXPECT_NE(Hidden(*a), Hidden(*b));
}

constexpr int64_t kStart = 1'700'000'000;

size_t Count(uint32_t events, uint32_t seconds, const std::vector<int64_t>& times_s) {
  IntentSpec spec;
  spec.short_term_events = events;
  spec.short_term_s = seconds;
  return ShortTermCount(spec, times_s, times_s.size() - 1);
}

TEST(ShortTermCount, EndsAtTheFirstEventOlderThanTheWindow) {
  const std::vector<int64_t> times = {kStart, kStart + 50, kStart + 90, kStart + 150};
  EXPECT_EQ(Count(10, 59, times), 1u);
  EXPECT_EQ(Count(10, 60, times), 2u);
  EXPECT_EQ(Count(10, 100, times), 3u);
  EXPECT_EQ(Count(10, 1000, times), 4u);
}

TEST(ShortTermCount, IsBoundedInEventsTooAndCountsThemAloneWithoutSeconds) {
  const std::vector<int64_t> times = {kStart, kStart + 1, kStart + 2, kStart + 900};
  EXPECT_EQ(Count(2, 1000, times), 2u);
  EXPECT_EQ(Count(3, 0, times), 3u);
  EXPECT_EQ(Count(1, 0, times), 1u);
  EXPECT_EQ(Count(9, 0, times), 4u);
}

TEST(ShortTermCount, LooksPastUnknownTimesAndBackwardClocks) {
  EXPECT_EQ(Count(9, 60, {kStart, 0, kStart + 90}), 2u);
  EXPECT_EQ(Count(9, 60, {kStart, kStart + 90, 0}), 3u) << "the event's own time is unknown";
  EXPECT_EQ(Count(9, 60, {kStart + 500, kStart + 80, kStart + 90}), 3u);
}

TEST(ShortTermCount, TakesAnyTimes) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(Count(9, ~0u, {kMin, kMax}), 1u);
  EXPECT_EQ(Count(9, 1, {kMax, kMin}), 2u);
}

}  // namespace
}  // namespace tsugi
