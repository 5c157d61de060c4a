#ifndef TSUGI_CORE_KERNELS_CODE_BLOCK_H_
#define TSUGI_CORE_KERNELS_CODE_BLOCK_H_

#include <cstddef>
#include <cstdint>

namespace tsugi {

inline constexpr size_t kCodewords = 16;       ///< of one sub-space: a code has 4 bits
inline constexpr size_t kCodeBlockItems = 32;  ///< items whose codes are interleaved
/// Items looked at together: one word of a filter, two blocks of codes.
inline constexpr size_t kCodeWordItems = 64;
/// Codes per item are a multiple of this: that many table entries are added up in 8 bits.
inline constexpr size_t kCodeGroup = 4;
inline constexpr size_t kMaxCodeCount = 1024;
/// Largest table entry. kCodeGroup of them fit 8 bits, kMaxCodeCount of them 16.
inline constexpr uint8_t kMaxCodeEntry = 63;
static_assert(kCodeGroup * kMaxCodeEntry <= 255 && kMaxCodeCount * kMaxCodeEntry <= 65535);

/// Codes of all items and the tables of one request. Borrows.
///
/// Byte b of sub-space j of block i holds the code of item 32 i + b in its low half and that of
/// item 32 i + 16 + b in its high half, so one 16-byte shuffle looks up 16 items.
struct CodeScan {
  const uint8_t* codes;     ///< [2 words, m, 16]
  const uint8_t* tables;    ///< [m, 16], entries at most kMaxCodeEntry
  size_t code_count;        ///< m, a multiple of kCodeGroup, at most kMaxCodeCount
  size_t item_count;        ///< N
  const uint64_t* blocked;  ///< [words], bit 1 = leave out; or null
  size_t word_count;        ///< words to look at, at most ceil(N / 64)

  /// Bits of the items that may be returned in a word.
  uint64_t Allowed(size_t word) const {
    const size_t left = item_count - word * kCodeWordItems;
    const uint64_t real = left >= kCodeWordItems ? ~uint64_t{0} : (uint64_t{1} << left) - 1;
    return blocked == nullptr ? real : real & ~blocked[word];
  }
};

/// Looks for items whose table entries sum up to at least `limit`, from word `first` on. Stops at
/// the first word that holds any and returns its index, or word_count.
/// Writes the word's bits and sums [64]; the sums of items whose bit is 0 are unspecified.
size_t FindCodesReference(const CodeScan& scan, size_t first, uint16_t limit, uint64_t* bits,
                          uint16_t* sums);

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_CODE_BLOCK_H_
