#ifndef TSUGI_CORE_KERNELS_CODE_SCAN_H_
#define TSUGI_CORE_KERNELS_CODE_SCAN_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/aligned_buffer.h"
#include "core/base/status.h"
#include "core/kernels/scan_block.h"

namespace tsugi {

/// Quantised items. The row of an item is approximated by the sum of m codewords, one from each of
/// m codebooks; code j of the item is the index, 0 to 15, of its codeword in codebook j. (The
/// exporter makes the codebooks orthogonal, which is product quantisation of rotated rows; nothing
/// here depends on that.) Borrows.
struct ItemCodes {
  std::span<const uint8_t> codes;    ///< [ceil(N / 64) * 2, m * 16], interleaved as in CodeScan
  std::span<const float> codebooks;  ///< [D, m, 16] f32
  size_t item_count = 0;             ///< N
  size_t code_count = 0;             ///< m
};

/// Selects the items of a large catalogue that are worth an exact score.
///
/// The estimated score of an item is the sum of m table entries, one per code: the dot products of
/// the hidden vector with the item's codewords. For each request the tables are rounded to
/// integers, so estimates are the same on every instruction set. With p[j][c] = hidden . codeword c
/// of codebook j, table entry t[j][c] is
///   t[j][c] = round((p[j][c] - min_c p[j]) * 63 / max_j (max_c p[j] - min_c p[j]))
///
/// Source:  PQTopK (arXiv 2408.09992) for the sum of look-ups; PQ Fast Scan (Andre et al., VLDB
///          2015) for looking up 4-bit codes with byte shuffles.
/// Differs: entries have 6 bits, so that four of them add up exactly in 8 bits, and all of them in
///          16 bits.
/// Threads: one at a time.
class CodeQuery {
 public:
  /// Allocates for at most `max_candidates`. Errors: kOutOfMemory.
  static Result<CodeQuery> Create(const ItemCodes& codes, size_t max_candidates);

  /// Computes the tables for hidden [D] f32, which must be finite. Allocates nothing.
  void Prepare(const float* hidden);

  /// Returns the `count` items with the highest estimates among those that are not blocked, or all
  /// of these if there are fewer. Items are in ascending order of index; of equal estimates at the
  /// cut the lower item_index is kept. The span is valid until the next call.
  /// blocked: N bits as words, 1 = leave out; or empty.
  /// Requires: 1 <= count <= max_candidates.
  std::span<const uint32_t> FindBest(std::span<const uint64_t> blocked, size_t count);

  const uint8_t* tables() const { return tables_.data(); }  ///< [m, 16]

 private:
  CodeScan Scan(std::span<const uint64_t> blocked) const;
  /// Guesses from a sample of words a limit that slightly more than `count` items reach.
  uint16_t GuessLimit(const CodeScan& scan, size_t count);
  /// Collects the items that reach the limit. Raises the limit whenever the buffer is full.
  void Collect(const CodeScan& scan, uint16_t limit, size_t count);
  /// Keeps the best `count` of the items held and returns the limit that later items must reach.
  uint16_t KeepBest(size_t count);
  /// Returns the highest sum that at least `count` items of the histogram reach, or 0 if it holds
  /// fewer. *above gets the number of items that exceed it.
  uint16_t FindCut(size_t count, size_t* above) const;

  ItemCodes codes_;
  AlignedBuffer<float> products_;      ///< [m, 16]
  AlignedBuffer<uint8_t> tables_;      ///< [m, 16]
  AlignedBuffer<uint32_t> items_;      ///< [2 * max_candidates + 64]
  AlignedBuffer<uint16_t> sums_;       ///< [2 * max_candidates + 64]
  AlignedBuffer<uint32_t> histogram_;  ///< [m * 63 + 1]
  size_t held_ = 0;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_CODE_SCAN_H_
