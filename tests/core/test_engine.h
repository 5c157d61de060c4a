#ifndef TSUGI_TESTS_CORE_TEST_ENGINE_H_
#define TSUGI_TESTS_CORE_TEST_ENGINE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "core/recommender.h"
#include "core/session.h"
#include "tests/core/test_model.h"

namespace tsugi {

/// N 131, D 24, H 2, L 3, F 40, T 7: odd tails everywhere; receptive field 19.
inline ModelSpec SmallSpec(BlockKind kind, DType dtype) {
  ModelSpec spec;
  spec.item_count = 131;
  spec.encoder = {
      .width = 24, .layers = 3, .heads = 2, .feed_forward = 40, .window = 7, .block = kind};
  spec.weight_dtype = dtype;
  return spec;
}

/// As SmallSpec, with three intent families and a short-term window of 5 events and a day:
/// receptive field 4 + (2 + 3) 6 + 1 = 35.
inline ModelSpec SmallIntentSpec(DType dtype) {
  ModelSpec spec = SmallSpec(BlockKind::kGated, dtype);
  spec.time_gap_buckets = 20;
  spec.intent = IntentSpec{
      .family_labels = {3, 2, 7}, .layers = 2, .short_term_events = 5, .short_term_s = 86400};
  return spec;
}

/// Names a parameter of a test suite, e.g. "gated_i8_intents".
inline std::string SpecName(const ModelSpec& spec) {
  return std::string(BlockKindName(spec.encoder.block)) + "_" +
         std::string(DTypeName(spec.weight_dtype)) + (spec.intent ? "_intents" : "") +
         (spec.projection_width > 0 ? "_projected" : "");
}

/// A model with random weights and its engine.
struct Engine {
  explicit Engine(const ModelSpec& spec) : Engine(TestModel(spec)) {}
  explicit Engine(TestModel made)
      : model(std::move(made)), recommender(std::move(Recommender::Create(model.view())).value()) {}
  std::unique_ptr<Session> NewSession() { return std::move(recommender->CreateSession()).value(); }
  TestModel model;
  std::unique_ptr<Recommender> recommender;
};

/// The same events for the same count; times ascend by up to two days.
inline std::vector<Event> RandomEvents(size_t count, uint32_t item_count) {
  Random random(count);
  std::vector<Event> events;
  int64_t time_s = 1'700'000'000;
  for (size_t i = 0; i < count; ++i) {
    time_s += static_cast<int64_t>(random.NextBelow(2 * 86400));
    events.push_back({static_cast<uint32_t>(random.NextBelow(item_count)), time_s});
  }
  return events;
}

/// Everything that is read off a session's state: the hidden vector and the intents.
inline std::vector<float> Readout(const Session& session) {
  std::vector<float> all(session.query().begin(), session.query().end());
  const IntentReadout intent = session.intent();
  all.insert(all.end(), intent.probabilities.begin(), intent.probabilities.end());
  all.insert(all.end(), intent.weights.begin(), intent.weights.end());
  return all;
}

inline std::vector<float> Hidden(const Session& session) {
  return {session.query().begin(), session.query().end()};
}

/// As a saved session holds numbers. Borrows.
inline std::string_view BytesOf(const std::vector<float>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(float)};
}

inline std::vector<uint8_t> Saved(const Session& session) {
  std::vector<uint8_t> bytes(session.SavedBytes());
  if (!session.Save(bytes).ok()) std::abort();
  return bytes;
}

inline std::vector<uint32_t> Items(const std::vector<ScoredItem>& list) {
  std::vector<uint32_t> items;
  for (const ScoredItem& r : list) items.push_back(r.item_index);
  return items;
}

}  // namespace tsugi

#endif  // TSUGI_TESTS_CORE_TEST_ENGINE_H_
