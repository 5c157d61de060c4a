// The 4-bit code scan of a catalogue: kernel by kernel, whole, and compared with the exact scan.
// Random codes and rows: speed does not depend on them, recall does (bench/make_model.cc).
#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "bench/kernels/random_values.h"
#include "core/kernels/code_scan.h"
#include "core/kernels/item_scan.h"
#include "core/kernels/kernel_table.h"

namespace tsugi {
namespace {

constexpr size_t kWidth = 64;
constexpr size_t kCodeCount = 16;

struct Catalogue {
  explicit Catalogue(size_t count)
      : table(RandomBuffer<int8_t>(count * kWidth, 127.0)),
        scales(RandomBuffer<float>(count, 0.01)),
        hidden(RandomBuffer<float>(kWidth, 1.0)),
        bytes(RandomBuffer<uint8_t>((count + 63) / 64 * 2 * kCodeCount * kCodewords, 0.0)),
        codebooks(RandomBuffer<float>(kCodeCount * kCodewords * kWidth, 1.0)) {
    for (float& scale : scales.span()) scale = 0.001f + std::fabs(scale);
    Random random(3);
    for (uint8_t& byte : bytes.span()) byte = static_cast<uint8_t>(random.NextBelow(256));
    rows = {{DType::kI8, Shape::Matrix(count, kWidth), table.data()}, scales.span()};
    codes = {bytes.span(), codebooks.span(), count, kCodeCount};
  }
  AlignedBuffer<int8_t> table;
  AlignedBuffer<float> scales, hidden;
  AlignedBuffer<uint8_t> bytes;
  AlignedBuffer<float> codebooks;
  ItemRows rows;
  ItemCodes codes;
};

// The look-ups alone: no item reaches the limit. Arg 0 picks the kernel table.
void FindKernel(benchmark::State& state) {
  const KernelTable& kernels = *SupportedKernels()[state.range(0)];
  state.SetLabel(kernels.name);
  const Catalogue catalogue(state.range(1));
  auto query = std::move(CodeQuery::Create(catalogue.codes, 1)).value();
  query.Prepare(catalogue.hidden.data());
  const size_t words = (catalogue.codes.item_count + 63) / 64;
  const CodeScan scan{catalogue.bytes.data(),     query.tables(), kCodeCount,
                      catalogue.codes.item_count, nullptr,        words};
  uint64_t bits = 0;
  uint16_t sums[kCodeWordItems];
  for (auto _ : state) benchmark::DoNotOptimize(kernels.find_codes(scan, 0, 65535, &bits, sums));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * catalogue.bytes.size()));
}

void PrepareTables(benchmark::State& state) {
  const Catalogue catalogue(64);
  auto query = std::move(CodeQuery::Create(catalogue.codes, 1)).value();
  for (auto _ : state) {
    query.Prepare(catalogue.hidden.data());
    benchmark::ClobberMemory();
  }
}

void FindBest(benchmark::State& state) {
  const Catalogue catalogue(state.range(0));
  auto query = std::move(CodeQuery::Create(catalogue.codes, state.range(1))).value();
  for (auto _ : state) {
    query.Prepare(catalogue.hidden.data());
    benchmark::DoNotOptimize(query.FindBest({}, state.range(1)).size());
  }
}

// Exact scores of candidates that lie anywhere in the table. Arg 0 picks the kernel table.
void ScoreCandidates(benchmark::State& state) {
  const KernelTable& kernels = *SupportedKernels()[state.range(0)];
  state.SetLabel(kernels.name);
  const Catalogue catalogue(state.range(1));
  auto query = std::move(ScanQuery::Create(catalogue.rows)).value();
  query.Prepare(catalogue.hidden.data(), 1.0f);
  const size_t count = state.range(2), stride = catalogue.rows.count() / count;
  std::vector<uint32_t> items(count);
  std::vector<float> scores(count);
  size_t shift = 0;
  for (auto _ : state) {
    shift = (shift + 7) % stride;  // other rows each time
    for (size_t i = 0; i < count; ++i) items[i] = static_cast<uint32_t>(i * stride + shift);
    kernels.score_items_i8(query.Block(0, 1), items.data(), count, scores.data());
    benchmark::ClobberMemory();
  }
}

void ExactScan(benchmark::State& state) {
  const Catalogue catalogue(state.range(0));
  auto query = std::move(ScanQuery::Create(catalogue.rows)).value();
  std::vector<ScoredItem> list(10);
  for (auto _ : state) {
    query.Prepare(catalogue.hidden.data(), 1.0f);
    benchmark::DoNotOptimize(ScanTopK(query, {}, list));
  }
}

void ForEveryTable(benchmark::internal::Benchmark* bench, std::vector<int64_t> arguments) {
  arguments.insert(arguments.begin(), 0);
  for (size_t table = 0; table < SupportedKernels().size(); ++table) {
    arguments[0] = static_cast<int64_t>(table);
    bench->Args(arguments);
  }
}

BENCHMARK(FindKernel)->Apply([](auto* bench) { ForEveryTable(bench, {1'000'000}); });
BENCHMARK(PrepareTables);
BENCHMARK(FindBest)->Args({100'000, 1000})->Args({1'000'000, 2000})->Args({1'000'000, 8000});
BENCHMARK(ScoreCandidates)->Apply([](auto* bench) { ForEveryTable(bench, {1'000'000, 4000}); });
BENCHMARK(ExactScan)->Arg(100'000)->Arg(1'000'000);

}  // namespace
}  // namespace tsugi

BENCHMARK_MAIN();
