#ifndef TSUGI_CORE_KERNELS_SCAN_BLOCK_H_
#define TSUGI_CORE_KERNELS_SCAN_BLOCK_H_

#include <cstddef>
#include <cstdint>

namespace tsugi {

/// The number of rows that are scored together: one word of a filter.
inline constexpr size_t kScanBlockRows = 64;

/// Consecutive rows of an item table and the query that scores them. Borrows.
///
/// Kernels may read up to 64 bytes past the last row; the query is zero there.
struct ScanBlock {
  const void* rows;     ///< [count, width] i8 or f32
  const float* scales;  ///< [count] f32 for i8 rows
  const void* query;    ///< [width rounded up to 64] i16 for i8 rows, f32 for f32 rows
  size_t count;         ///< <= kScanBlockRows
  size_t width;
  float factor;  ///< every score is multiplied by it
};

/// Both functions write scores [block.count] f32 and return the bits of the rows whose score
/// exceeds `threshold`.
uint64_t ScoreI8Reference(const ScanBlock& block, float threshold, float* scores);
uint64_t ScoreF32Reference(const ScanBlock& block, float threshold, float* scores);

/// Scores selected rows: scores[i] has the bits that ScoreI8 computes for row items[i].
/// `table` holds the rows and scales of the whole table; its count is not read.
void ScoreItemsI8Reference(const ScanBlock& table, const uint32_t* items, size_t count,
                           float* scores);

inline constexpr size_t kCodewords = 16;       ///< codewords of a codebook: a code has 4 bits
inline constexpr size_t kCodeBlockItems = 32;  ///< items whose codes are interleaved
/// Items that are scanned together: one word of a filter, two blocks of codes.
inline constexpr size_t kCodeWordItems = 64;
/// The number of codes per item is a multiple of this: so many table entries are added in 8 bits
/// before the sum moves to 16 bits.
inline constexpr size_t kCodeGroup = 4;
inline constexpr size_t kMaxCodeCount = 1024;
/// Largest table entry: the sum of kCodeGroup entries fits in 8 bits, that of kMaxCodeCount in 16.
inline constexpr uint8_t kMaxCodeEntry = 63;
static_assert(kCodeGroup * kMaxCodeEntry <= 255 && kMaxCodeCount * kMaxCodeEntry <= 65535);

/// The codes of all items and the tables of one request. Borrows.
///
/// Block i holds the codes of 32 items, codebook by codebook, 16 bytes each. Byte b of codebook j
/// holds the code of item 32 i + b in its low half and the code of item 32 i + 16 + b in its high
/// half, so one 16-byte shuffle looks up 16 items.
struct CodeScan {
  const uint8_t* codes;     ///< [2 words, m, 16]
  const uint8_t* tables;    ///< [m, 16], entries at most kMaxCodeEntry
  size_t code_count;        ///< m, a multiple of kCodeGroup, at most kMaxCodeCount
  size_t item_count;        ///< N
  const uint64_t* blocked;  ///< [words], bit 1 = leave out; or null
  size_t word_count;        ///< words to scan, at most ceil(N / 64)

  /// The bits of a word's items that exist and are not blocked.
  uint64_t Allowed(size_t word) const {
    const size_t left = item_count - word * kCodeWordItems;
    const uint64_t real = left >= kCodeWordItems ? ~uint64_t{0} : (uint64_t{1} << left) - 1;
    return blocked == nullptr ? real : real & ~blocked[word];
  }
};

/// Searches from word `first` on for items whose table entries add up to at least `limit`. Stops at
/// the first word that holds any and returns its index, or word_count if there is none.
/// Writes that word's bits (1 = reaches the limit and may be returned) and sums [64]. The sums of
/// items whose bit is 0 are unspecified.
size_t FindCodesReference(const CodeScan& scan, size_t first, uint16_t limit, uint64_t* bits,
                          uint16_t* sums);

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_SCAN_BLOCK_H_
