// What a page waits for: a full forward, one event, and a list, on random models of real shapes.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "core/base/aligned_buffer.h"
#include "core/base/random.h"
#include "core/model/tensor_table.h"
#include "core/recommender.h"
#include "core/session.h"

namespace tsugi {
namespace {

/// A model with random weights, and its memory. Speed does not depend on the weights as long as
/// they are finite and not denormal.
class RandomModel {
 public:
  explicit RandomModel(const ModelSpec& spec) {
    view_.spec = spec;
    Random random(1);
    for (const TensorEntry& entry : BuildTensorTable(spec)) {
      auto buffer = AlignedBuffer<char>::Create(entry.shape.elements() * DTypeBytes(entry.dtype));
      if (!buffer.ok()) std::abort();
      for (uint64_t i = 0; i < entry.shape.elements(); ++i) {
        if (entry.dtype == DType::kI8) {
          buffer->data()[i] = static_cast<char>(static_cast<int>(random.NextBelow(255)) - 127);
        } else {
          reinterpret_cast<float*>(buffer->data())[i] =
              static_cast<float>(0.001 + 0.002 * random.NextUniform());
        }
      }
      buffers_.push_back(std::move(buffer).value());
      view_.tensors.emplace(entry.name,
                            TensorView{entry.dtype, entry.shape, buffers_.back().data()});
    }
  }
  const ModelView& view() const { return view_; }

 private:
  ModelView view_;
  std::vector<AlignedBuffer<char>> buffers_;
};

struct Engine {
  explicit Engine(const ModelSpec& spec)
      : model(spec),
        recommender(std::move(Recommender::Create(model.view())).value()),
        session(std::move(recommender->CreateSession()).value()),
        list(10) {
    Random random(2);
    for (uint32_t i = 0; i < spec.encoder.window; ++i) {
      events.push_back({static_cast<uint32_t>(random.NextBelow(spec.item_count))});
    }
  }
  RandomModel model;
  std::unique_ptr<Recommender> recommender;
  std::unique_ptr<Session> session;
  std::vector<Event> events;
  std::vector<ScoredItem> list;
};

void CheckOk(benchmark::State& state, bool ok, DType dtype) {
  if (!ok) state.SkipWithError("the engine failed");
  state.SetLabel(EngineInfo(dtype));
}

void FullForwardAndTop10(benchmark::State& state, const ModelSpec& spec) {
  Engine engine(spec);
  bool ok = true;
  for (auto _ : state) {
    ok = engine.session->Assign(engine.events).ok() && ok;
    ok = engine.session->RecommendInto({.k = 10}, engine.list).ok() && ok;
  }
  CheckOk(state, ok, spec.weight_dtype);
}

void FullForward(benchmark::State& state, const ModelSpec& spec) {
  Engine engine(spec);
  bool ok = true;
  for (auto _ : state) ok = engine.session->Assign(engine.events).ok() && ok;
  CheckOk(state, ok, spec.weight_dtype);
}

// The session is trimmed now and then, so that its list of seen items stays as in real use.
void OneEventAndTop10(benchmark::State& state, const ModelSpec& spec) {
  Engine engine(spec);
  bool ok = engine.session->Assign(engine.events).ok();
  size_t next = 0;
  for (auto _ : state) {
    ok = engine.session->Push(engine.events[next++ % engine.events.size()]).ok() && ok;
    ok = engine.session->RecommendInto({.k = 10}, engine.list).ok() && ok;
    if (engine.session->event_count() >= 200) {
      state.PauseTiming();
      ok = engine.session->Assign(engine.events).ok() && ok;
      state.ResumeTiming();
    }
  }
  CheckOk(state, ok, spec.weight_dtype);
}

void OneEvent(benchmark::State& state, const ModelSpec& spec) {
  Engine engine(spec);
  bool ok = engine.session->Assign(engine.events).ok();
  size_t next = 0;
  for (auto _ : state) {
    ok = engine.session->Push(engine.events[next++ % engine.events.size()]).ok() && ok;
  }
  CheckOk(state, ok, spec.weight_dtype);
}

void CreateRecommender(benchmark::State& state, const ModelSpec& spec) {
  const RandomModel model(spec);
  for (auto _ : state) benchmark::DoNotOptimize(Recommender::Create(model.view()));
}

void Register(const std::string& name, const ModelSpec& spec) {
  const std::string suffix = "/" + name + (spec.weight_dtype == DType::kI8 ? "/i8" : "/f32");
  benchmark::RegisterBenchmark("FullForwardAndTop10" + suffix, FullForwardAndTop10, spec);
  benchmark::RegisterBenchmark("FullForward" + suffix, FullForward, spec);
  benchmark::RegisterBenchmark("OneEventAndTop10" + suffix, OneEventAndTop10, spec);
  benchmark::RegisterBenchmark("OneEvent" + suffix, OneEvent, spec);
  benchmark::RegisterBenchmark("CreateRecommender" + suffix, CreateRecommender, spec);
}

bool RegisterShapes(const std::string& file) {
  std::ifstream lines(file);
  if (!lines) return false;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string name;
    ModelSpec spec;
    if (!(fields >> name) || name[0] == '#') continue;
    if (!(fields >> spec.encoder.window >> spec.encoder.width >> spec.encoder.layers >>
          spec.encoder.heads >> spec.encoder.feed_forward >> spec.item_count)) {
      return false;
    }
    for (const DType dtype : {DType::kI8, DType::kF32}) {
      spec.weight_dtype = dtype;
      Register(name, spec);
    }
  }
  return true;
}

}  // namespace
}  // namespace tsugi

int main(int argc, char** argv) {
  if (!tsugi::RegisterShapes(TSUGI_SHAPES_DIR "/end_to_end.txt")) {
    fprintf(stderr, "%s: missing, or not lines of: name T D L H F N\n",
            TSUGI_SHAPES_DIR "/end_to_end.txt");
    return 1;
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
