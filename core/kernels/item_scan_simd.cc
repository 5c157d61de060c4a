#include "core/kernels/scan_block.h"
#include "core/kernels/simd_vector.h"

namespace tsugi::TSUGI_ISA {
namespace {

// Several rows share each load of the query. A row's result does not depend on its neighbours, so
// rows scored one by one (ScoreTopK) get the bits of a full scan.
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

// The plain loop: for the last rows of a table, for single items, and for instruction sets whose
// compilers vectorise it well. ScanQuery bounds the query so that no sum overflows.
int32_t DotI8(const int8_t* row, const int16_t* query, size_t width) {
  int32_t sum = 0;
  for (size_t d = 0; d < width; ++d) sum += row[d] * query[d];
  return sum;
}

void ScoreItem(const ScanBlock& table, size_t item, float* score) {
  const int32_t sum = DotI8(static_cast<const int8_t*>(table.rows) + item * table.width,
                            static_cast<const int16_t*>(table.query), table.width);
  *score = static_cast<float>(sum) * table.scales[item] * table.factor;
}

}  // namespace

// Reads up to one vector past the last row; the query is 0 there.
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

#ifdef __AVX512F__
constexpr size_t kChunk = 32;  // elements of one multiply-add
constexpr size_t kGroup = 16;  // rows whose sums end up in one vector
// How far ahead of the current row to prefetch; the fastest of 1 to 16 KiB when measured.
constexpr size_t kPrefetchBytes = 8192;
typedef __m512i Sums;

// Returns the products of a row and the query, summed per lane. The last chunk may extend past the
// row into its neighbour, where the query is 0.
inline Sums DotChunks(const int8_t* row, const int16_t* query, size_t chunks) {
  Sums sum = _mm512_setzero_si512();
  for (size_t c = 0; c < chunks; ++c) {
    const __m512i items = _mm512_cvtepi8_epi16(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(row + c * kChunk)));
    sum = _mm512_dpwssd_epi32(sum, items, _mm512_load_si512(query + c * kChunk));
  }
  return sum;
}

// Three steps of a transposing sum: each interleaves two vectors by units of 32, 64 or 128 bits and
// adds, which halves the number of partial sums per row. Summing 16 vectors together takes 15
// steps; summing them one by one would take 16 times 4.
inline Sums AddPairs32(Sums a, Sums b) {
  return _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
}
inline Sums AddPairs64(Sums a, Sums b) {
  return _mm512_add_epi32(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
}
inline Sums AddPairs128(Sums a, Sums b) {
  return _mm512_add_epi32(_mm512_shuffle_i32x4(a, b, 0x88), _mm512_shuffle_i32x4(a, b, 0xdd));
}

// Element i of the result is the sum over the lanes of sums[i].
inline Sums SumLanes(const Sums* sums) {
  Sums quads[4];  // lane 4 q + i of quads[g]: quarter q of sums[4 g + i]
  for (size_t g = 0; g < 4; ++g) {
    const Sums* s = sums + 4 * g;
    quads[g] = AddPairs64(AddPairs32(s[0], s[1]), AddPairs32(s[2], s[3]));
  }
  return AddPairs128(AddPairs128(quads[0], quads[1]), AddPairs128(quads[2], quads[3]));
}

// A 16-bit query split into two bytes per element, so that rows need no widening to 16 bits. VNNI
// multiplies unsigned by signed bytes; so with h = 256 high + low (low unsigned) and row' = row +
// 128 (unsigned),
//   sum row h = 256 (sum row' high - 128 sum high) + sum row low.
// Intermediate values may wrap modulo 2^32. The result is exact because the sum itself fits.
template <size_t kRowVectors>
struct SplitQuery {
  explicit SplitQuery(const int16_t* query) {
    for (size_t v = 0; v < kRowVectors; ++v, query += 64) {
      const __m512i first = _mm512_load_si512(query), second = _mm512_load_si512(query + 32);
      low[v] = Join(_mm512_cvtepi16_epi8(first), _mm512_cvtepi16_epi8(second));
      high[v] = Join(_mm512_cvtepi16_epi8(_mm512_srai_epi16(first, 8)),
                     _mm512_cvtepi16_epi8(_mm512_srai_epi16(second, 8)));
      start = _mm512_sub_epi32(
          start, _mm512_dpbusd_epi32(_mm512_setzero_si512(), _mm512_set1_epi8(-128), high[v]));
    }
  }
  static __m512i Join(__m256i first, __m256i second) {
    return _mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1);
  }
  Sums Dot(const int8_t* row) const {
    Sums sum = start;
    __m512i items[kRowVectors];
    for (size_t v = 0; v < kRowVectors; ++v) {
      items[v] = _mm512_loadu_si512(row + 64 * v);
      sum = _mm512_dpbusd_epi32(sum, _mm512_xor_si512(items[v], _mm512_set1_epi8(-128)), high[v]);
    }
    sum = _mm512_slli_epi32(sum, 8);
    for (size_t v = 0; v < kRowVectors; ++v) sum = _mm512_dpbusd_epi32(sum, low[v], items[v]);
    return sum;
  }
  __m512i low[kRowVectors], high[kRowVectors];
  Sums start = _mm512_setzero_si512();  // -128 * sum of high, lane by lane
};

// Scales the sums of a group in the reference's order of roundings, writes the scores, and returns
// the bits of those above the threshold.
inline uint64_t ScaleSums(Sums sums, const float* scales, float factor, float threshold,
                          float* scores) {
  const __m512 scaled = _mm512_mul_ps(
      _mm512_mul_ps(_mm512_cvtepi32_ps(sums), _mm512_loadu_ps(scales)), _mm512_set1_ps(factor));
  _mm512_storeu_ps(scores, scaled);
  return _mm512_cmp_ps_mask(scaled, _mm512_set1_ps(threshold), _CMP_GT_OQ);
}
#else  // AVX2: the same functions at half the width
constexpr size_t kChunk = 16;
constexpr size_t kGroup = 8;
typedef __m256i Sums;

inline Sums DotChunks(const int8_t* row, const int16_t* query, size_t chunks) {
  Sums sum = _mm256_setzero_si256();
  for (size_t c = 0; c < chunks; ++c) {
    const __m256i items =
        _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(row + c * kChunk)));
    const __m256i hidden = _mm256_load_si256(reinterpret_cast<const __m256i*>(query + c * kChunk));
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(items, hidden));
  }
  return sum;
}

inline Sums SumLanes(const Sums* sums) {
  const Sums a =
      _mm256_hadd_epi32(_mm256_hadd_epi32(sums[0], sums[1]), _mm256_hadd_epi32(sums[2], sums[3]));
  const Sums b =
      _mm256_hadd_epi32(_mm256_hadd_epi32(sums[4], sums[5]), _mm256_hadd_epi32(sums[6], sums[7]));
  return _mm256_add_epi32(_mm256_permute2x128_si256(a, b, 0x20),
                          _mm256_permute2x128_si256(a, b, 0x31));
}

inline uint64_t ScaleSums(Sums sums, const float* scales, float factor, float threshold,
                          float* scores) {
  const __m256 scaled = _mm256_mul_ps(
      _mm256_mul_ps(_mm256_cvtepi32_ps(sums), _mm256_loadu_ps(scales)), _mm256_set1_ps(factor));
  _mm256_storeu_ps(scores, scaled);
  return static_cast<uint64_t>(static_cast<uint32_t>(
      _mm256_movemask_ps(_mm256_cmp_ps(scaled, _mm256_set1_ps(threshold), _CMP_GT_OQ))));
}
#endif

inline void Prefetch(const void* data, size_t bytes) {
  for (size_t at = 0; at < bytes; at += 64) {
    _mm_prefetch(static_cast<const char*>(data) + at, _MM_HINT_T0);
  }
}

// Scores kGroup consecutive rows. kChunks is their width in chunks if known at compile time, else
// 0.
template <size_t kChunks>
inline uint64_t ScoreGroup(const ScanBlock& block, const int8_t* row, const float* scales,
                           float threshold, float* scores) {
  const auto* query = static_cast<const int16_t*>(block.query);
  const size_t chunks = kChunks != 0 ? kChunks : (block.width + kChunk - 1) / kChunk;
  Sums sums[kGroup];
  for (size_t r = 0; r < kGroup; ++r) sums[r] = DotChunks(row + r * block.width, query, chunks);
  return ScaleSums(SumLanes(sums), scales, block.factor, threshold, scores);
}

// Scores the last rows of a table, fewer than a group, one at a time with the same arithmetic.
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

#ifdef __AVX512F__
// Like ScoreBlock below, for rows of whole 64-byte vectors. The query is split again for every
// block of 64 rows, a cost that the saved widening repays many times.
template <size_t kRowVectors>
uint64_t ScoreWideBlock(const ScanBlock& block, float threshold, float* scores) {
  constexpr size_t kWidth = 64 * kRowVectors;
  const SplitQuery<kRowVectors> query(static_cast<const int16_t*>(block.query));
  const auto* rows = static_cast<const int8_t*>(block.rows);
  uint64_t above = 0;
  size_t r = 0;
  for (; r + kGroup <= block.count; r += kGroup) {
    Sums sums[kGroup];
    for (size_t i = 0; i < kGroup; ++i) {
      const int8_t* row = rows + (r + i) * kWidth;
      Prefetch(row + kPrefetchBytes, kWidth);
      sums[i] = query.Dot(row);
    }
    above |= ScaleSums(SumLanes(sums), block.scales + r, block.factor, threshold, scores + r) << r;
  }
  return r < block.count ? above | ScoreRest(block, r, threshold, scores) : above;
}
#endif

// Scores a block in groups whose sums fill one vector, so the sums across lanes and the scaling
// cost one step for kGroup rows.
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

// The rows are scattered over the table, where the processor's own prefetcher does not help: each
// row and its scale are requested two groups before they are read.
void ScoreItemsI8(const ScanBlock& table, const uint32_t* items, size_t count, float* scores) {
  const auto* rows = static_cast<const int8_t*>(table.rows);
  const auto* query = static_cast<const int16_t*>(table.query);
  const size_t chunks = (table.width + kChunk - 1) / kChunk;
  const size_t whole = count / kGroup * kGroup;
  for (size_t i = 0; i < whole; i += kGroup) {
    Sums sums[kGroup];
    float scales[kGroup];
    for (size_t r = 0; r < kGroup; ++r) {
      if (const size_t next = i + r + 2 * kGroup; next < count) {
        Prefetch(rows + items[next] * table.width, table.width);
        Prefetch(table.scales + items[next], sizeof(float));
      }
      sums[r] = DotChunks(rows + items[i + r] * table.width, query, chunks);
      scales[r] = table.scales[items[i + r]];
    }
    ScaleSums(SumLanes(sums), scales, table.factor, 0.0f, scores + i);
  }
  for (size_t i = whole; i < count; ++i) ScoreItem(table, items[i], scores + i);
}

uint64_t ScoreI8(const ScanBlock& block, float threshold, float* scores) {
  // The widths that presets use have loops of fixed length.
  switch (block.width) {
    case 32:
      return ScoreBlock<32 / kChunk>(block, threshold, scores);
#ifdef __AVX512F__
    case 64:
      return ScoreWideBlock<1>(block, threshold, scores);
    case 128:
      return ScoreWideBlock<2>(block, threshold, scores);
#else
    case 64:
      return ScoreBlock<64 / kChunk>(block, threshold, scores);
    case 128:
      return ScoreBlock<128 / kChunk>(block, threshold, scores);
#endif
    default:
      return ScoreBlock<0>(block, threshold, scores);
  }
}
#else
void ScoreItemsI8(const ScanBlock& table, const uint32_t* items, size_t count, float* scores) {
  for (size_t i = 0; i < count; ++i) ScoreItem(table, items[i], scores + i);
}

#ifndef __wasm_simd128__  // item_scan_wasm.cc has its own
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
#endif

}  // namespace tsugi::TSUGI_ISA
