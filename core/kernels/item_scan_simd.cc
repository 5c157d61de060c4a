#include "core/kernels/simd_kernels.h"
#include "core/kernels/simd_vector.h"

namespace tsugi::TSUGI_ISA {
namespace {

// Four rows share each load of the query. A row's result does not depend on its neighbours.
template <size_t kRows>
void DotsF32(const float* rows, size_t width, const float* query, float* dots) {
  F32 sums[kRows] = {};
  for (size_t d = 0; d < width; d += kLanes) {
    const F32 q = Load(query + d);
    for (size_t r = 0; r < kRows; ++r) {
      sums[r] = MulAdd(Load(rows + r * width + d), q, sums[r]);
    }
  }
  for (size_t r = 0; r < kRows; ++r) dots[r] = Sum(sums[r]);
}

[[maybe_unused]] int32_t DotI8(const int8_t* row, const int16_t* query, size_t width) {
  int32_t sum = 0;
  for (size_t d = 0; d < width; ++d) sum += row[d] * query[d];
  return sum;
}

}  // namespace

// Reads up to one vector behind the last row, where the query is 0.
uint64_t ScoreF32(const ScanBlock& block, float threshold, float* scores) {
  const auto* row = static_cast<const float*>(block.rows);
  const auto* query = static_cast<const float*>(block.query);
  size_t r = 0;
  for (; r + 4 <= block.count; r += 4)
    DotsF32<4>(row + r * block.width, block.width, query, scores + r);
  for (; r < block.count; ++r) DotsF32<1>(row + r * block.width, block.width, query, scores + r);
  uint64_t above = 0;
  for (r = 0; r < block.count; ++r) {
    scores[r] *= block.factor;
    above |= static_cast<uint64_t>(scores[r] > threshold) << r;
  }
  return above;
}

#ifdef __AVX2__
namespace {

constexpr size_t kChunk = 16;  // elements of one multiply-add
constexpr size_t kGroup = 8;   // rows whose sums end up in one vector

inline __m256i DotChunks(const int8_t* row, const int16_t* query, size_t chunks) {
  __m256i sum = _mm256_setzero_si256();
  for (size_t c = 0; c < chunks; ++c) {
    const __m256i items =
        _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(row + c * kChunk)));
    const __m256i hidden = _mm256_load_si256(reinterpret_cast<const __m256i*>(query + c * kChunk));
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(items, hidden));
  }
  return sum;
}

// Element i of the result is the sum over the lanes of sums[i].
inline __m256i SumLanes(const __m256i* sums) {
  const __m256i a =
      _mm256_hadd_epi32(_mm256_hadd_epi32(sums[0], sums[1]), _mm256_hadd_epi32(sums[2], sums[3]));
  const __m256i b =
      _mm256_hadd_epi32(_mm256_hadd_epi32(sums[4], sums[5]), _mm256_hadd_epi32(sums[6], sums[7]));
  return _mm256_add_epi32(_mm256_permute2x128_si256(a, b, 0x20),
                          _mm256_permute2x128_si256(a, b, 0x31));
}

// Eight rows: writes scores [8], returns the bits above the threshold.
template <size_t kChunks>
inline uint64_t ScoreGroup(const ScanBlock& block, const int8_t* row, const float* scales,
                           float threshold, float* scores) {
  const auto* query = static_cast<const int16_t*>(block.query);
  const size_t chunks = kChunks != 0 ? kChunks : (block.width + kChunk - 1) / kChunk;
  __m256i sums[kGroup];
  for (size_t r = 0; r < kGroup; ++r) sums[r] = DotChunks(row + r * block.width, query, chunks);
  const __m256 scaled =
      _mm256_mul_ps(_mm256_mul_ps(_mm256_cvtepi32_ps(SumLanes(sums)), _mm256_loadu_ps(scales)),
                    _mm256_set1_ps(block.factor));
  _mm256_storeu_ps(scores, scaled);
  return static_cast<uint64_t>(static_cast<uint32_t>(
      _mm256_movemask_ps(_mm256_cmp_ps(scaled, _mm256_set1_ps(threshold), _CMP_GT_OQ))));
}

// Rows left over at the end of a table: the same arithmetic, one at a time.
uint64_t ScoreRest(const ScanBlock& block, size_t first, float threshold, float* scores) {
  uint64_t above = 0;
  for (size_t r = first; r < block.count; ++r) {
    const int32_t sum = DotI8(static_cast<const int8_t*>(block.rows) + r * block.width,
                              static_cast<const int16_t*>(block.query), block.width);
    scores[r] = static_cast<float>(sum) * block.scales[r] * block.factor;
    above |= static_cast<uint64_t>(scores[r] > threshold) << r;
  }
  return above;
}

template <size_t kChunks>
uint64_t ScoreBlock(const ScanBlock& block, float threshold, float* scores) {
  const auto* rows = static_cast<const int8_t*>(block.rows);
  uint64_t above = 0;
  size_t r = 0;
  for (; r + kGroup <= block.count; r += kGroup) {
    above |=
        ScoreGroup<kChunks>(block, rows + r * block.width, block.scales + r, threshold, scores + r)
        << r;
  }
  return r < block.count ? above | ScoreRest(block, r, threshold, scores) : above;
}

}  // namespace

uint64_t ScoreI8(const ScanBlock& block, float threshold, float* scores) {
  switch (block.width) {
    case 32:
      return ScoreBlock<2>(block, threshold, scores);
    case 64:
      return ScoreBlock<4>(block, threshold, scores);
    case 128:
      return ScoreBlock<8>(block, threshold, scores);
    default:
      return ScoreBlock<0>(block, threshold, scores);
  }
}
#elif !defined(__wasm_simd128__)  // item_scan_wasm.cc has it
uint64_t ScoreI8(const ScanBlock& block, float threshold, float* scores) {
  const auto* row = static_cast<const int8_t*>(block.rows);
  uint64_t above = 0;
  for (size_t r = 0; r < block.count; ++r, row += block.width) {
    const int32_t sum = DotI8(row, static_cast<const int16_t*>(block.query), block.width);
    scores[r] = static_cast<float>(sum) * block.scales[r] * block.factor;
    above |= static_cast<uint64_t>(scores[r] > threshold) << r;
  }
  return above;
}
#endif

}  // namespace tsugi::TSUGI_ISA
