#include "core/kernels/scan_block.h"
#include "core/kernels/simd_vector.h"

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#elif defined(__SSSE3__)
#include <tmmintrin.h>
#endif

namespace tsugi::TSUGI_ISA {

#if defined(__SSE2__) && !defined(__SSSE3__)
// Plain SSE2 has no byte shuffle, and without one nothing is faster than the plain loop.
size_t FindCodes(const CodeScan& scan, size_t first, uint16_t limit, uint64_t* bits,
                 uint16_t* sums) {
  return FindCodesReference(scan, first, limit, bits, sums);
}
#else
namespace {

#if defined(__AVX512BW__)
constexpr size_t kBytes = 64;
#elif defined(__AVX2__)
constexpr size_t kBytes = 32;
#else
constexpr size_t kBytes = 16;
#endif

typedef uint8_t U8 __attribute__((vector_size(kBytes)));
typedef uint16_t U16 __attribute__((vector_size(kBytes)));
typedef uint8_t U8x16 __attribute__((vector_size(16)));
typedef uint16_t U16x8 __attribute__((vector_size(16)));
typedef uint16_t U16x16 __attribute__((vector_size(32)));

// A vector holds one block's codes of kBytes / 16 codebooks, at most 4. The number of codebooks is
// a multiple of kCodeGroup = 4, so a load never crosses the end of a block or of the tables.
U8 LoadBytes(const uint8_t* p) {
  U8 v;
  __builtin_memcpy(&v, p, sizeof(v));
  return v;
}

// Byte i of the result is entry index[i] of the 16-entry table that shares its 16-byte lane.
// Requires: index[i] < 16.
inline U8 LookUp(U8 tables, U8 index) {
#if defined(__AVX512BW__)
  return reinterpret_cast<U8>(
      _mm512_shuffle_epi8(reinterpret_cast<__m512i>(tables), reinterpret_cast<__m512i>(index)));
#elif defined(__AVX2__)
  return reinterpret_cast<U8>(
      _mm256_shuffle_epi8(reinterpret_cast<__m256i>(tables), reinterpret_cast<__m256i>(index)));
#elif defined(__wasm_relaxed_simd__)
  return reinterpret_cast<U8>(wasm_i8x16_relaxed_swizzle(reinterpret_cast<v128_t>(tables),
                                                         reinterpret_cast<v128_t>(index)));
#elif defined(__wasm_simd128__)
  return reinterpret_cast<U8>(
      wasm_i8x16_swizzle(reinterpret_cast<v128_t>(tables), reinterpret_cast<v128_t>(index)));
#elif defined(__aarch64__)
  return vqtbl1q_u8(tables, index);
#elif defined(__SSSE3__)
  return reinterpret_cast<U8>(
      _mm_shuffle_epi8(reinterpret_cast<__m128i>(tables), reinterpret_cast<__m128i>(index)));
#else  // another processor: left to the compiler
  U8 found;
  for (size_t i = 0; i < kBytes; ++i) found[i] = tables[index[i]];
  return found;
#endif
}

// Adds the 16-byte lanes of a vector. Each lane holds the sums over other codebooks.
inline U16x8 AddLanes(U16 sums) {
#if defined(__AVX512BW__)
  const auto all = reinterpret_cast<__m512i>(sums);
  const U16x16 half = reinterpret_cast<U16x16>(_mm512_castsi512_si256(all)) +
                      reinterpret_cast<U16x16>(_mm512_extracti64x4_epi64(all, 1));
#elif defined(__AVX2__)
  const U16x16 half = sums;
#endif
#if defined(__AVX2__)
  const auto both = reinterpret_cast<__m256i>(half);
  return reinterpret_cast<U16x8>(_mm256_castsi256_si128(both)) +
         reinterpret_cast<U16x8>(_mm256_extracti128_si256(both, 1));
#else
  return sums;
#endif
}

// The sums of one block: index 0 is its first 16 items, index 1 its last 16, even and odd ones
// apart. Splitting bytes into 16-bit halves by masking and shifting yields them in this order, and
// only words that contain a hit are brought into item order (StoreSums).
struct BlockSums {
  U16x8 even[2];
  U16x8 odd[2];
};

// Sums one block. kCodeCount is the number of codes if known at compile time, else 0. Entries are
// added in 8 bits for kCodeGroup steps at most (4 * 63 = 252), then widened.
template <size_t kCodeCount>
inline BlockSums SumBlock(const uint8_t* codes, const uint8_t* tables, size_t code_count) {
  const size_t bytes = (kCodeCount != 0 ? kCodeCount : code_count) * kCodewords;
  U16 even[2] = {}, odd[2] = {};
  for (size_t at = 0; at < bytes;) {
    U8 low{}, high{};
    for (size_t step = 0; step < kCodeGroup && at < bytes; ++step, at += kBytes) {
      const U8 pairs = LoadBytes(codes + at);
      const U8 table = LoadBytes(tables + at);
      low += LookUp(table, pairs & 15);
      high += LookUp(table, reinterpret_cast<U8>(reinterpret_cast<U16>(pairs) >> 4) & 15);
    }
    even[0] += reinterpret_cast<U16>(low) & 0xff;
    odd[0] += reinterpret_cast<U16>(low) >> 8;
    even[1] += reinterpret_cast<U16>(high) & 0xff;
    odd[1] += reinterpret_cast<U16>(high) >> 8;
  }
  return {{AddLanes(even[0]), AddLanes(even[1])}, {AddLanes(odd[0]), AddLanes(odd[1])}};
}

// Collects the highest bit of each byte.
inline uint64_t HighBits(U8x16 bytes) {
#if defined(__wasm_simd128__)
  return wasm_i8x16_bitmask(reinterpret_cast<v128_t>(bytes));
#elif defined(__SSE2__)
  return static_cast<uint32_t>(_mm_movemask_epi8(reinterpret_cast<__m128i>(bytes)));
#else
  uint64_t halves[2];
  __builtin_memcpy(halves, &bytes, sizeof(halves));
  if ((halves[0] | halves[1]) == 0) return 0;
  uint64_t bits = 0;
  for (size_t i = 0; i < 16; ++i) bits |= static_cast<uint64_t>(bytes[i] >> 7) << i;
  return bits;
#endif
}

// The bits of 16 items: 1 where the sum reaches the limit. A comparison yields all ones or all
// zeros in 16 bits; one byte of each is kept, which interleaves even and odd items in item order.
inline uint64_t AtLeast(U16x8 even, U16x8 odd, U16x8 limit) {
  const U16x8 even_reach = reinterpret_cast<U16x8>(even >= limit) & 0x00ff;
  const U16x8 odd_reach = reinterpret_cast<U16x8>(odd >= limit) & 0xff00;
  return HighBits(reinterpret_cast<U8x16>(even_reach | odd_reach));
}

inline uint64_t AtLeast(const BlockSums& sums, U16x8 limit) {
  return AtLeast(sums.even[0], sums.odd[0], limit) | AtLeast(sums.even[1], sums.odd[1], limit)
                                                         << 16;
}

void StoreSums(const BlockSums& block, uint16_t* sums) {
  for (size_t half = 0; half < 2; ++half) {
    const U16x8 even = block.even[half], odd = block.odd[half];
    const U16x8 ordered[2] = {__builtin_shufflevector(even, odd, 0, 8, 1, 9, 2, 10, 3, 11),
                              __builtin_shufflevector(even, odd, 4, 12, 5, 13, 6, 14, 7, 15)};
    __builtin_memcpy(sums + 16 * half, ordered, sizeof(ordered));
  }
}

template <size_t kCodeCount>
size_t Find(const CodeScan& scan, size_t first, uint16_t limit, uint64_t* bits, uint16_t* sums) {
  const size_t block_bytes = (kCodeCount != 0 ? kCodeCount : scan.code_count) * kCodewords;
  const U16x8 limits = limit - U16x8{};  // a splat
  for (size_t word = first; word < scan.word_count; ++word) {
    // Filters leave long runs of words without any allowed item: their codes are not even read.
    const uint64_t allowed = scan.Allowed(word);
    if (allowed == 0) continue;
    const uint8_t* codes = scan.codes + word * 2 * block_bytes;
    const BlockSums low = SumBlock<kCodeCount>(codes, scan.tables, scan.code_count);
    const BlockSums high = SumBlock<kCodeCount>(codes + block_bytes, scan.tables, scan.code_count);
    *bits = (AtLeast(low, limits) | AtLeast(high, limits) << 32) & allowed;
    if (*bits == 0) continue;
    StoreSums(low, sums);
    StoreSums(high, sums + kCodeBlockItems);
    return word;
  }
  return scan.word_count;
}

}  // namespace

size_t FindCodes(const CodeScan& scan, size_t first, uint16_t limit, uint64_t* bits,
                 uint16_t* sums) {
  // The usual counts get loops that are unrolled at compile time.
  switch (scan.code_count) {
    case 16:
      return Find<16>(scan, first, limit, bits, sums);
    case 32:
      return Find<32>(scan, first, limit, bits, sums);
    default:
      return Find<0>(scan, first, limit, bits, sums);
  }
}
#endif

}  // namespace tsugi::TSUGI_ISA
