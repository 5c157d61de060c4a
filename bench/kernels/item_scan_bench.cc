// The catalogue scan compared with a plain read of the same bytes, in one run.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

#include "bench/kernels/random_values.h"
#include "core/kernels/item_scan.h"
#include "core/kernels/kernel_table.h"

namespace tsugi {
namespace {

struct Catalogue {
  Catalogue(size_t count, size_t width)
      : table(RandomBuffer<int8_t>(count * width, 127.0)),
        scales(RandomBuffer<float>(count, 0.01)),
        hidden(RandomBuffer<float>(width, 1.0)) {
    for (float& scale : scales.span()) scale = 0.001f + std::fabs(scale);
    rows = {{DType::kI8, Shape::Matrix(count, width), table.data()}, scales.span()};
  }
  AlignedBuffer<int8_t> table;
  AlignedBuffer<float> scales, hidden;
  ItemRows rows;
};

typedef uint64_t Words16 __attribute__((vector_size(16), may_alias));
typedef uint64_t Words32 __attribute__((vector_size(32), may_alias));
typedef uint64_t Words64 __attribute__((vector_size(64), may_alias));

// XOR of all words: the least that can be done with every byte. Eight vectors in flight.
template <typename Words>
[[gnu::always_inline]] inline uint64_t XorWords(const void* data, size_t bytes) {
  const auto* words = static_cast<const Words*>(data);
  Words sums[8] = {};
  for (size_t i = 0; i + 8 <= bytes / sizeof(Words); i += 8) {
    for (size_t j = 0; j < 8; ++j) sums[j] ^= words[i + j];
  }
  for (size_t j = 1; j < 8; ++j) sums[0] ^= sums[j];
  uint64_t total = 0;
  for (size_t j = 0; j < sizeof(Words) / 8; ++j) total ^= sums[0][j];
  return total;
}

// With the widest loads of the machine, so that the scan is measured against what it could reach.
#ifdef __x86_64__
[[gnu::target("avx512f")]] uint64_t ReadWide(const void* data, size_t bytes) {
  return XorWords<Words64>(data, bytes);
}
[[gnu::target("avx2")]] uint64_t ReadMiddle(const void* data, size_t bytes) {
  return XorWords<Words32>(data, bytes);
}
#endif
uint64_t ReadAll(const void* data, size_t bytes) {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f")) return ReadWide(data, bytes);
  if (__builtin_cpu_supports("avx2")) return ReadMiddle(data, bytes);
#endif
  return XorWords<Words16>(data, bytes);
}

void SetBytes(benchmark::State& state, size_t bytes) {
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * bytes));
}

void PlainRead(benchmark::State& state) {
  const Catalogue catalogue(state.range(0), state.range(1));
  for (auto _ : state) {
    benchmark::DoNotOptimize(ReadAll(catalogue.table.data(), catalogue.table.size()));
  }
  SetBytes(state, catalogue.table.size());
}

void ScanTop10(benchmark::State& state) {
  const Catalogue catalogue(state.range(0), state.range(1));
  auto query = std::move(ScanQuery::Create(catalogue.rows)).value();
  std::vector<ScoredItem> list(10);
  for (auto _ : state) {
    query.Prepare(catalogue.hidden.data(), 1.0f);
    benchmark::DoNotOptimize(ScanTopK(query, {}, list));
  }
  SetBytes(state, catalogue.table.size());
  state.SetLabel(ActiveKernels().name);
}

// Alternates read and scan, and reports the ratio of their medians: what the gate looks at.
void ScanOverPlainRead(benchmark::State& state) {
  using Clock = std::chrono::steady_clock;
  const Catalogue catalogue(state.range(0), state.range(1));
  auto query = std::move(ScanQuery::Create(catalogue.rows)).value();
  query.Prepare(catalogue.hidden.data(), 1.0f);
  std::vector<ScoredItem> list(10);
  std::vector<double> read_s, scan_s;
  for (auto _ : state) {
    const auto start = Clock::now();
    benchmark::DoNotOptimize(ReadAll(catalogue.table.data(), catalogue.table.size()));
    const auto middle = Clock::now();
    benchmark::DoNotOptimize(ScanTopK(query, {}, list));
    const auto end = Clock::now();
    read_s.push_back(std::chrono::duration<double>(middle - start).count());
    scan_s.push_back(std::chrono::duration<double>(end - middle).count());
  }
  const auto median = [](std::vector<double>& seconds) {
    std::nth_element(seconds.begin(), seconds.begin() + seconds.size() / 2, seconds.end());
    return seconds[seconds.size() / 2];
  };
  const double bytes = static_cast<double>(catalogue.table.size());
  state.counters["read_GB/s"] = bytes / median(read_s) * 1e-9;
  state.counters["scan_GB/s"] = bytes / median(scan_s) * 1e-9;
  state.counters["scan/read"] = median(read_s) / median(scan_s);
}

// The scoring kernel of every instruction set; arg 0 picks the kernel table.
void ScanKernel(benchmark::State& state) {
  const KernelTable& kernels = *SupportedKernels()[state.range(0)];
  state.SetLabel(kernels.name);
  const Catalogue catalogue(state.range(1), state.range(2));
  auto query = std::move(ScanQuery::Create(catalogue.rows)).value();
  query.Prepare(catalogue.hidden.data(), 1.0f);
  float scores[kScanBlockRows];
  for (auto _ : state) {
    for (size_t first = 0; first + kScanBlockRows <= catalogue.rows.count();
         first += kScanBlockRows) {
      benchmark::DoNotOptimize(kernels.score_i8(query.Block(first, kScanBlockRows), 1e9f, scores));
    }
  }
  SetBytes(state, catalogue.table.size());
}

// What the fused pass replaces: every logit written, then selected.
void ScanThenSelect(benchmark::State& state) {
  const Catalogue catalogue(state.range(0), state.range(1));
  auto query = std::move(ScanQuery::Create(catalogue.rows)).value();
  query.Prepare(catalogue.hidden.data(), 1.0f);
  std::vector<float> scores(catalogue.rows.count());
  std::vector<ScoredItem> list(10);
  for (auto _ : state) {
    ScanScores(query, scores);
    TopK best(list);
    for (uint32_t i = 0; i < scores.size(); ++i) best.Push({i, scores[i]});
    benchmark::DoNotOptimize(best.Finish());
  }
  SetBytes(state, catalogue.table.size());
}

void Shapes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"N", "D"});
  for (const auto& [n, d] :
       {std::pair{20'000, 64}, {200'000, 64}, {1'000'000, 64}, {200'000, 128}}) {
    bench->Args({n, d});
  }
}

BENCHMARK(ScanOverPlainRead)->Apply(Shapes);
BENCHMARK(PlainRead)->Apply(Shapes);
BENCHMARK(ScanTop10)->Apply(Shapes);
BENCHMARK(ScanKernel)->Apply([](auto* bench) {
  bench->ArgNames({"set", "N", "D"});
  for (const int count : {2'000, 20'000, 1'000'000}) {
    for (int table = 0; table < static_cast<int>(SupportedKernels().size()); ++table) {
      bench->Args({table, count, 64});
    }
  }
});
BENCHMARK(ScanThenSelect)->Apply(Shapes);

}  // namespace
}  // namespace tsugi

BENCHMARK_MAIN();
