#include "core/kernels/code_block.h"

namespace tsugi {
namespace {

// At most kMaxCodeCount entries of at most kMaxCodeEntry: the sum fits in 16 bits.
uint16_t SumCodes(const CodeScan& scan, size_t item) {
  const size_t row = item % kCodeBlockItems;
  const uint8_t* block = scan.codes + item / kCodeBlockItems * scan.code_count * kCodewords;
  uint16_t sum = 0;
  for (size_t j = 0; j < scan.code_count; ++j) {
    const uint8_t pair = block[j * kCodewords + row % 16];
    sum = static_cast<uint16_t>(sum +
                                scan.tables[j * kCodewords + (row < 16 ? pair & 15 : pair >> 4)]);
  }
  return sum;
}

}  // namespace

size_t FindCodesReference(const CodeScan& scan, size_t first, uint16_t limit, uint64_t* bits,
                          uint16_t* sums) {
  for (size_t word = first; word < scan.word_count; ++word) {
    const uint64_t allowed = scan.Allowed(word);
    *bits = 0;
    for (size_t i = 0; i < kCodeWordItems; ++i) {
      if (((allowed >> i) & 1) == 0) continue;
      sums[i] = SumCodes(scan, word * kCodeWordItems + i);
      *bits |= static_cast<uint64_t>(sums[i] >= limit) << i;
    }
    // A word without a hit is skipped inside the kernel: the caller is entered only for words that
    // have something to collect.
    if (*bits != 0) return word;
  }
  return scan.word_count;
}

}  // namespace tsugi
