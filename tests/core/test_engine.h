#ifndef TSUGI_TESTS_CORE_TEST_ENGINE_H_
#define TSUGI_TESTS_CORE_TEST_ENGINE_H_

#include <cstdint>
#include <memory>
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
  spec.model_width = 24;
  spec.head_count = 2;
  spec.layer_count = 3;
  spec.feed_forward_width = 40;
  spec.window = 7;
  spec.block_kind = kind;
  spec.weight_dtype = dtype;
  return spec;
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

inline std::vector<float> Hidden(const Session& session) {
  return {session.hidden().begin(), session.hidden().end()};
}

inline std::vector<uint32_t> Items(const std::vector<Recommendation>& list) {
  std::vector<uint32_t> items;
  for (const Recommendation& r : list) items.push_back(r.item_index);
  return items;
}

}  // namespace tsugi

#endif  // TSUGI_TESTS_CORE_TEST_ENGINE_H_
