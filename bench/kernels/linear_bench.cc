// Dense layers through XNNPACK compared with the reference.
#include <benchmark/benchmark.h>

#include <cmath>

#include "bench/kernels/random_values.h"
#include "core/kernels/linear.h"

namespace tsugi {
namespace {

struct Layer {
  Layer(size_t rows, size_t inputs, size_t outputs, DType dtype)
      : bytes(RandomBuffer<int8_t>(inputs * outputs, 127.0)),
        floats(RandomBuffer<float>(inputs * outputs, 1.0)),
        scales(RandomBuffer<float>(outputs, 0.01)),
        bias(RandomBuffer<float>(outputs, 1.0)),
        values(RandomBuffer<float>(rows * inputs, 1.0)),
        output(RandomBuffer<float>(rows * outputs, 1.0)) {
    for (float& scale : scales.span()) scale = 0.001f + std::fabs(scale);
    const bool is_i8 = dtype == DType::kI8;
    weights.weight = {dtype, Shape::Matrix(outputs, inputs),
                      is_i8 ? static_cast<const void*>(bytes.data()) : floats.data()};
    if (is_i8) weights.scales = scales.span();
    weights.bias = bias.span();
  }
  AlignedBuffer<int8_t> bytes;
  AlignedBuffer<float> floats, scales, bias, values, output;
  LinearWeights weights;
};

void CountOperations(benchmark::State& state) {
  const double operations =
      2.0 * static_cast<double>(state.range(0) * state.range(1) * state.range(2));
  state.counters["op/s"] =
      benchmark::Counter(operations, benchmark::Counter::kIsIterationInvariantRate);
}

void RunLayer(benchmark::State& state, DType dtype, bool is_reference) {
  const size_t rows = state.range(0), inputs = state.range(1);
  Layer layer(rows, inputs, state.range(2), dtype);
  auto linear = std::move(Linear::Create(layer.weights)).value();
  auto input = std::move(LinearInput::Create(dtype, rows, inputs)).value();
  bool ok = input.Prepare(rows, inputs, layer.values.data()).ok();
  for (auto _ : state) {
    if (is_reference) {
      LinearReference(layer.weights, input.AllRows(), layer.output.data());
    } else {
      ok = linear.Run(input.AllRows(), layer.output.data()).ok() && ok;
    }
    benchmark::ClobberMemory();
  }
  if (!ok) state.SkipWithError("the layer failed");
  CountOperations(state);
}

void LinearI8(benchmark::State& state) { RunLayer(state, DType::kI8, false); }
void LinearF32(benchmark::State& state) { RunLayer(state, DType::kF32, false); }
void LinearI8Reference(benchmark::State& state) { RunLayer(state, DType::kI8, true); }
void LinearF32Reference(benchmark::State& state) { RunLayer(state, DType::kF32, true); }

void QuantizeRows(benchmark::State& state) {
  const size_t rows = state.range(0), width = state.range(1);
  const auto values = RandomBuffer<float>(rows * width, 1.0);
  auto input = std::move(LinearInput::Create(DType::kI8, rows, width)).value();
  bool ok = true;
  for (auto _ : state) {
    ok = input.Prepare(rows, width, values.data()).ok() && ok;
    benchmark::ClobberMemory();
  }
  if (!ok) state.SkipWithError("the conversion failed");
}

void Shapes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"M", "in", "out"});
  for (const int rows : {1, 50}) {
    for (const auto& [in, out] : {std::pair{64, 64}, {64, 128}, {64, 256}, {64, 512}, {256, 64}}) {
      bench->Args({rows, in, out});
    }
  }
}

BENCHMARK(LinearI8)->Apply(Shapes);
BENCHMARK(LinearF32)->Apply(Shapes);
BENCHMARK(LinearI8Reference)->Apply(Shapes);
BENCHMARK(LinearF32Reference)->Apply(Shapes);
BENCHMARK(QuantizeRows)->ArgNames({"M", "D"})->Args({1, 64})->Args({50, 64})->Args({50, 256});

}  // namespace
}  // namespace tsugi

BENCHMARK_MAIN();
