// The engine against a forward pass in doubles written straight from the equations.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <ostream>

#include "core/recommender.h"
#include "core/session.h"
#include "tests/core/naive_model.h"
#include "tests/core/test_model.h"

namespace tsugi {
namespace {

struct Case {
  const char* name;
  BlockKind kind;
  DType dtype;
  uint32_t width, heads, layers, inner, window;
  size_t event_count;
  bool normalize;
  double tolerance;  ///< of a score, relative to the largest; i8 quantises activations too
  uint32_t time_gap_buckets = 0;
  std::vector<uint32_t> family_labels = {};
  uint32_t short_term_events = 0, short_term_s = 0, projection_width = 0;
  uint32_t action_count = 0, value_buckets = 0;
  friend void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }
};

class NaiveForward : public testing::TestWithParam<Case> {};

ModelSpec SpecOf(const Case& c) {
  ModelSpec spec;
  spec.item_count = 37;
  spec.encoder = {.width = c.width,
                  .layers = c.layers,
                  .heads = c.heads,
                  .feed_forward = c.inner,
                  .window = c.window,
                  .block = c.kind};
  spec.weight_dtype = c.dtype;
  spec.normalize_hidden = c.normalize;
  spec.logit_scale = c.normalize ? 12.5f : 1.0f;
  spec.input_scale = 1.7f;
  spec.time_gap_buckets = c.time_gap_buckets;
  if (!c.family_labels.empty()) {
    spec.intent = IntentSpec{.family_labels = c.family_labels,
                             .layers = c.layers,
                             .short_term_events = c.short_term_events,
                             .short_term_s = c.short_term_s};
  }
  spec.projection_width = c.projection_width;
  spec.action_count = c.action_count;
  spec.value_buckets = c.value_buckets;
  return spec;
}

TEST_P(NaiveForward, EngineComputesTheEquations) {
  const Case& c = GetParam();
  const ModelSpec spec = SpecOf(c);
  TestModel model(spec);
  std::vector<Event> events;
  Random random(7), times(8), contexts(9);
  for (size_t i = 0; i < c.event_count; ++i) {
    const int64_t time_s = times.NextBelow(5) == 0 ? 0 : 5000 + times.NextBelow(200) + 30 * i;
    events.push_back({static_cast<uint32_t>(random.NextBelow(spec.item_count)), time_s});
    if (c.action_count > 0) {
      events.back().action = static_cast<uint32_t>(contexts.NextBelow(c.action_count + 1));
    }
    if (contexts.NextBelow(3) > 0)
      events.back().value = static_cast<float>(contexts.NextUniform()) - 0.5f;
  }
  auto recommender = Recommender::Create(model.view());
  ASSERT_TRUE(recommender.ok()) << recommender.status().message();
  auto session = (*recommender)->CreateSession();
  ASSERT_TRUE(session.ok());
  ASSERT_TRUE((*session)->Assign(events).ok());
  std::vector<float> scores(spec.item_count);
  ASSERT_TRUE((*session)->ScoreAll(scores).ok());

  NaiveModel naive(model.view());
  const std::vector<double> query = naive.Query(events);
  double highest = 0;
  for (uint32_t i = 0; i < spec.item_count; ++i) {
    highest = std::max(highest, std::fabs(naive.Score(query, i)));
  }
  for (uint32_t i = 0; i < spec.item_count; ++i) {
    EXPECT_NEAR(scores[i], naive.Score(query, i), c.tolerance * highest) << "item " << i;
  }
  const IntentReadout intent = (*session)->intent();
  ASSERT_EQ(intent.probabilities.size(), naive.probabilities.size());
  ASSERT_EQ(intent.weights.size(), naive.weights.size());
  for (size_t l = 0; l < naive.probabilities.size(); ++l) {
    EXPECT_NEAR(intent.probabilities[l], naive.probabilities[l], c.tolerance) << "label " << l;
  }
  for (size_t m = 0; m < naive.weights.size(); ++m) {
    EXPECT_NEAR(intent.weights[m], naive.weights[m], c.tolerance) << "family " << m;
  }
}

using enum BlockKind;
using enum DType;

const Case kCases[] = {
    {"GatedTiny", kGated, kF32, 4, 2, 2, 6, 3, 2, false, 2e-6},
    {"GatedPastTheWindow", kGated, kF32, 4, 2, 2, 6, 3, 23, false, 2e-6},
    {"GatedOneEvent", kGated, kF32, 8, 1, 3, 12, 5, 1, false, 2e-6},
    {"GatedOddWidths", kGated, kF32, 21, 3, 3, 13, 7, 30, true, 2e-6},
    {"GatedRealSize", kGated, kF32, 64, 2, 2, 256, 50, 120, true, 4e-6},
    {"WindowOne", kGated, kF32, 4, 2, 2, 6, 1, 4, false, 2e-6},
    {"SasRec", kSasRec, kF32, 12, 2, 2, 20, 6, 17, false, 2e-6},
    {"GatedTimes", kGated, kF32, 64, 2, 2, 256, 50, 120, true, 4e-6, 9},
    {"SasRecTimes", kSasRec, kF32, 12, 2, 2, 20, 6, 17, false, 2e-6, 4},
    {"GatedContexts", kGated, kF32, 24, 2, 2, 40, 6, 17, true, 4e-6, 9, {}, 0, 0, 10, 3, 7},
    {"Projection", kGated, kF32, 24, 2, 2, 20, 6, 17, true, 4e-6, 9, {}, 0, 0, 10},
    {"ProjectionDot", kSasRec, kF32, 24, 2, 2, 20, 6, 17, false, 4e-6, 0, {}, 0, 0, 24},
    {"ProjectionInt8", kGated, kI8, 64, 2, 1, 128, 20, 30, false, 0.12, 0, {}, 0, 0, 32},
    {"Hierarchy", kGated, kF32, 12, 2, 1, 20, 6, 17, false, 4e-6, 0, {3, 2, 5}},
    {"ShortTermByEvents", kGated, kF32, 12, 2, 2, 20, 6, 40, true, 4e-6, 4, {4}, 3},
    {"ShortTermByAge", kGated, kF32, 64, 2, 2, 256, 50, 60, false, 8e-6, 9, {3, 18, 2, 6}, 20, 200},
    {"SasRecShortTerm", kSasRec, kF32, 21, 3, 1, 13, 7, 30, false, 4e-6, 0, {2, 2}, 7, 100},
    {"ShortTermI8", kGated, kI8, 64, 2, 1, 128, 20, 40, false, 0.05, 9, {3, 18, 2, 6}, 20, 200},
    {"GatedI8", kGated, kI8, 64, 2, 2, 128, 50, 120, false, 0.02},
    {"GatedI8OddWidths", kGated, kI8, 21, 3, 3, 13, 7, 30, true, 0.08},
    {"SasRecI8", kSasRec, kI8, 48, 4, 2, 96, 20, 33, false, 0.02},
};

INSTANTIATE_TEST_SUITE_P(Shapes, NaiveForward, testing::ValuesIn(kCases),
                         [](const auto& suite_case) { return suite_case.param.name; });

}  // namespace
}  // namespace tsugi
