// Norm, activations and attention: every instruction set of the build, and the reference (set 0).
#include <benchmark/benchmark.h>

#include "bench/kernels/random_values.h"
#include "core/kernels/kernel_table.h"

namespace tsugi {
namespace {

// Arg 0 picks the kernel table; skips sets that this processor lacks.
const KernelTable& Kernels(benchmark::State& state) {
  const KernelTable& kernels = *SupportedKernels()[state.range(0)];
  state.SetLabel(kernels.name);
  return kernels;
}

void AttentionBlock(benchmark::State& state) {
  const size_t rows = state.range(1), key_rows = state.range(2);
  const AttentionShape shape{64, 2, 50};
  const KernelTable& kernels = Kernels(state);
  const auto queries = RandomBuffer<float>(rows * shape.width, 1.0);
  const auto key_values = RandomBuffer<float>(key_rows * 2 * shape.width, 1.0);
  const auto bias = RandomBuffer<float>(shape.heads * shape.window, 1.0);
  auto scratch = RandomBuffer<float>(AttentionScratchSize(shape), 0.0);
  auto output = RandomBuffer<float>(rows * shape.width, 1.0);
  for (auto _ : state) {
    kernels.attention(shape, {queries.data(), key_values.data(), bias.data(), rows, key_rows},
                      scratch.data(), output.data());
    benchmark::ClobberMemory();
  }
}

void Norm(benchmark::State& state) {
  const KernelTable& kernels = Kernels(state);
  const size_t rows = state.range(1), width = state.range(2);
  const auto weight = RandomBuffer<float>(width, 1.0), bias = RandomBuffer<float>(width, 1.0);
  const auto input = RandomBuffer<float>(rows * width, 1.0);
  auto output = RandomBuffer<float>(rows * width, 1.0);
  for (auto _ : state) {
    kernels.layer_norm({weight.data(), bias.data(), width}, rows, input.data(), output.data());
    benchmark::ClobberMemory();
  }
}

void Swi(benchmark::State& state) {
  const KernelTable& kernels = Kernels(state);
  const size_t rows = state.range(1), width = state.range(2);
  const auto up = RandomBuffer<float>(rows * 2 * width, 3.0);
  auto output = RandomBuffer<float>(rows * width, 1.0);
  for (auto _ : state) {
    kernels.swiglu(rows, width, up.data(), output.data());
    benchmark::ClobberMemory();
  }
}

void Gate(benchmark::State& state) {
  const KernelTable& kernels = Kernels(state);
  const size_t count = static_cast<size_t>(state.range(1) * state.range(2));
  const auto gate = RandomBuffer<float>(count, 3.0), branch = RandomBuffer<float>(count, 1e-3);
  auto x = RandomBuffer<float>(count, 1.0);
  for (auto _ : state) {
    kernels.add_gated(count, gate.data(), branch.data(), x.data());
    benchmark::ClobberMemory();
  }
}

void ForEveryTable(benchmark::internal::Benchmark* bench, int rows, int columns) {
  for (int table = 0; table < static_cast<int>(SupportedKernels().size()); ++table) {
    bench->Args({table, rows, columns});
  }
}

BENCHMARK(AttentionBlock)->Apply([](auto* bench) {
  bench->ArgNames({"set", "M", "keys"});
  ForEveryTable(bench, 50, 50);
  ForEveryTable(bench, 1, 50);
});
BENCHMARK(Norm)->Apply([](auto* bench) { ForEveryTable(bench, 50, 64); });
BENCHMARK(Swi)->Apply([](auto* bench) { ForEveryTable(bench, 50, 256); });
BENCHMARK(Gate)->Apply([](auto* bench) { ForEveryTable(bench, 50, 64); });

}  // namespace
}  // namespace tsugi

BENCHMARK_MAIN();
