// The catalogue scan in WebAssembly SIMD128. It is written with intrinsics because the compiler
// does not find the widening load and the multiply-add of 16-bit pairs in the plain loop.
#include <wasm_simd128.h>

#include "core/kernels/scan_block.h"

namespace tsugi::TSUGI_ISA {
namespace {

constexpr size_t kStep = 8;   // elements of one multiply-add
constexpr size_t kGroup = 4;  // rows whose sums end up in one vector

inline v128_t AddPairs(v128_t a, v128_t b) {
  return wasm_i32x4_add(wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), wasm_i32x4_shuffle(a, b, 2, 6, 3, 7));
}

// Element i of the result is the sum over the lanes of sums[i].
inline v128_t SumLanes(const v128_t* sums) {
  const v128_t a = AddPairs(sums[0], sums[1]), b = AddPairs(sums[2], sums[3]);
  return wasm_i32x4_add(wasm_i64x2_shuffle(a, b, 0, 2), wasm_i64x2_shuffle(a, b, 1, 3));
}

// Four rows share each load of the query. Elements past the end of a row meet zeros of the query.
// Not unrolled over the width: that was 5 % slower in V8 and ten times the code.
inline v128_t DotGroup(const int8_t* rows, size_t width, const int16_t* query) {
  v128_t sums[kGroup] = {};
#pragma clang loop unroll(disable)
  for (size_t d = 0; d < width; d += kStep) {
    const v128_t hidden = wasm_v128_load(query + d);
#pragma clang loop unroll(full)
    for (size_t r = 0; r < kGroup; ++r) {
      const v128_t items = wasm_i16x8_load8x8(rows + r * width + d);
      sums[r] = wasm_i32x4_add(sums[r], wasm_i32x4_dot_i16x8(items, hidden));
    }
  }
  return SumLanes(sums);
}

// Scores four rows: writes scores [4] and returns the bits of those above the threshold. Rounds in
// the reference's order: sum to float, times scale, times factor.
inline uint64_t ScoreGroup(const ScanBlock& block, size_t first, float threshold, float* scores) {
  const v128_t sums = DotGroup(static_cast<const int8_t*>(block.rows) + first * block.width,
                               block.width, static_cast<const int16_t*>(block.query));
  const v128_t scaled = wasm_f32x4_mul(
      wasm_f32x4_mul(wasm_f32x4_convert_i32x4(sums), wasm_v128_load(block.scales + first)),
      wasm_f32x4_splat(block.factor));
  wasm_v128_store(scores + first, scaled);
  return static_cast<uint64_t>(
             wasm_i32x4_bitmask(wasm_f32x4_gt(scaled, wasm_f32x4_splat(threshold))))
         << first;
}

// Scores one of the last rows of a table. Kept as a plain loop, for the size of the module.
inline uint64_t ScoreRow(const ScanBlock& block, size_t r, float threshold, float* scores) {
  const int8_t* row = static_cast<const int8_t*>(block.rows) + r * block.width;
  const auto* query = static_cast<const int16_t*>(block.query);
  int32_t sum = 0;
#pragma clang loop vectorize(disable) unroll(disable)
  for (size_t d = 0; d < block.width; ++d) sum += row[d] * query[d];
  scores[r] = static_cast<float>(sum) * block.scales[r] * block.factor;
  return static_cast<uint64_t>(scores[r] > threshold) << r;
}

}  // namespace

uint64_t ScoreI8(const ScanBlock& block, float threshold, float* scores) {
  uint64_t above = 0;
  size_t r = 0;
  for (; r + kGroup <= block.count; r += kGroup) above |= ScoreGroup(block, r, threshold, scores);
  for (; r < block.count; ++r) above |= ScoreRow(block, r, threshold, scores);
  return above;
}

}  // namespace tsugi::TSUGI_ISA
