// Why 4-bit rows are expanded when a file is read: XNNPACK's layers on blocks of 4 bits compared
// with the int8 layers that tsugi runs, and the cost of expanding, paid once.
#include <benchmark/benchmark.h>
#include <xnnpack.h>

#include <limits>
#include <utility>
#include <vector>

#include "bench/kernels/random_values.h"
#include "core/kernels/linear.h"
#include "core/kernels/xnnpack_operator.h"
#include "model_format/int4_rows.h"

namespace tsugi {
namespace {

constexpr uint16_t kBrainFloatScale = 0x3c24;  // about 0.01, the upper half of a float
constexpr uint8_t kZeroPoint = 8;

void CountOperations(benchmark::State& state) {
  const double operations =
      2.0 * static_cast<double>(state.range(0) * state.range(1) * state.range(2));
  state.counters["op/s"] =
      benchmark::Counter(operations, benchmark::Counter::kIsIterationInvariantRate);
}

struct Rows {
  Rows(size_t count, size_t width)
      : values(RandomBuffer<float>(count * width, 1.0)),
        input(std::move(LinearInput::Create(DType::kI8, count, width)).value()),
        is_ready(input.Prepare(count, width, values.data()).ok()) {}
  AlignedBuffer<float> values;
  LinearInput input;
  bool is_ready;
};

void LinearInt8(benchmark::State& state) {
  const size_t count = state.range(0), width = state.range(1), outputs = state.range(2);
  Rows rows(count, width);
  const auto bytes = RandomBuffer<int8_t>(width * outputs, 127.0);
  const std::vector<float> scales(outputs, 0.01f), bias(outputs);
  const auto linear =
      std::move(
          Linear::Create({{DType::kI8, Shape::Matrix(outputs, width), bytes.data()}, scales, bias}))
          .value();
  std::vector<float> output(count * outputs);
  bool ok = rows.is_ready;
  for (auto _ : state) {
    ok = linear.Run(rows.input.AllRows(), output.data()).ok() && ok;
    benchmark::ClobberMemory();
  }
  if (!ok) state.SkipWithError("the layer failed");
  CountOperations(state);
}

void LinearBlockInt4(benchmark::State& state) {
  constexpr float kNoLimit = std::numeric_limits<float>::infinity();
  const size_t count = state.range(0), width = state.range(1), outputs = state.range(2);
  Rows rows(count, width);
  const auto nibbles = RandomBuffer<int8_t>(width * outputs / 2, 127.0);
  const std::vector<uint16_t> scales(width / kInt4Block * outputs, kBrainFloatScale);
  const std::vector<float> bias(outputs);
  xnn_operator_t created = nullptr;
  bool ok = rows.is_ready && xnn_create_fully_connected_nc_qd8_f32_qb4w(
                                 width, outputs, width, outputs, kInt4Block, kZeroPoint,
                                 scales.data(), nibbles.data(), bias.data(), -kNoLimit, kNoLimit, 0,
                                 nullptr, nullptr, &created) == xnn_status_success;
  const XnnpackOperator op(created);
  std::vector<float> output(count * outputs);
  const LinearRows input = rows.input.AllRows();
  const auto* quantization = reinterpret_cast<const xnn_quantization_params*>(input.quantization);
  for (auto _ : state) {
    ok = ok &&
         xnn_reshape_fully_connected_nc_qd8_f32_qb4w(op.get(), count, nullptr) ==
             xnn_status_success &&
         xnn_setup_fully_connected_nc_qd8_f32_qb4w(op.get(), input.quantized, output.data(),
                                                   quantization) == xnn_status_success &&
         xnn_run_operator(op.get(), nullptr) == xnn_status_success;
    benchmark::ClobberMemory();
  }
  if (!ok) state.SkipWithError("the layer failed");
  CountOperations(state);
}

void ExpandRows(benchmark::State& state) {
  const size_t count = state.range(0), width = state.range(1);
  const auto packed = RandomBuffer<int8_t>(count * Int4RowBytes(width), 127.0);
  std::vector<int8_t> rows(count * width);
  for (auto _ : state) {
    ExpandInt4Rows({reinterpret_cast<const uint8_t*>(packed.data()), packed.size()}, width, rows);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * rows.size()));
}

void Shapes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"M", "in", "out"});
  for (const int rows : {1, 50}) {
    for (const auto& [in, out] : {std::pair{64, 192}, {128, 384}, {256, 512}}) {
      bench->Args({rows, in, out});
    }
  }
}

BENCHMARK(LinearInt8)->Apply(Shapes);
BENCHMARK(LinearBlockInt4)->Apply(Shapes);
BENCHMARK(ExpandRows)->ArgNames({"rows", "D"})->Args({20000, 64})->Args({20000, 128});

}  // namespace
}  // namespace tsugi

BENCHMARK_MAIN();
