#ifndef TSUGI_CORE_KERNELS_CODE_SCAN_H_
#define TSUGI_CORE_KERNELS_CODE_SCAN_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/aligned_buffer.h"
#include "core/base/status.h"
#include "core/kernels/code_block.h"

namespace tsugi {

/// Quantised items: a row is about the sum of m codewords, one from each of m codebooks of 16, and
/// code j of the item names the one of codebook j. (The exporter makes the codebooks orthogonal,
/// which is product quantisation of rotated rows; nothing here depends on that.) Borrows.
struct ItemCodes {
  std::span<const uint8_t> codes;    ///< [ceil(N / 64) * 2, m * 16], interleaved as in CodeScan
  std::span<const float> codebooks;  ///< [D, m, 16] f32
  size_t item_count = 0;             ///< N
  size_t code_count = 0;             ///< m
};

/// Narrows a catalogue down to the items that are worth an exact score.
///
/// The estimate of an item is the sum of m look-ups, one per code, in tables of the dot products of
/// hidden vector and codewords. Per request the tables are rounded to kMaxCodeEntry steps of one
/// size, so that estimates are integers, the same on every instruction set:
///   t[j][c] = round((p[j][c] - min_c p[j]) * 63 / max_j (max_c p[j] - min_c p[j]))
///
/// Source:  PQTopK (arXiv 2408.09992) for the sum of look-ups; PQ Fast Scan (Andre et al., VLDB
///          2015) for 4-bit codes in shuffled registers.
/// Differs: entries have 6 bits, so four add up in a byte and every sum in 16 bits, exactly.
/// Threads: one at a time.
class CodeQuery {
 public:
  /// Allocates for at most `max_candidates`. Errors: kOutOfMemory.
  static Result<CodeQuery> Create(const ItemCodes& codes, size_t max_candidates);

  /// Sets the vector: hidden [D] f32, finite. Allocates nothing.
  void Prepare(const float* hidden);

  /// Returns the `count` items of the highest estimates that are not blocked, fewer if there are
  /// fewer, in ascending order; of equal estimates the lower item_index stays. Valid until the next
  /// call. blocked: N bits as words, bit 1 = leave out; or empty.
  /// Requires: 1 <= count <= max_candidates.
  std::span<const uint32_t> FindBest(std::span<const uint64_t> blocked, size_t count);

  const uint8_t* tables() const { return tables_.data(); }  ///< [m, 16]

 private:
  CodeScan Scan(std::span<const uint64_t> blocked) const;
  /// A limit that somewhat more than `count` items are expected to reach, from a sample of words.
  uint16_t GuessLimit(const CodeScan& scan, size_t count);
  /// Collects items that reach the limit, which rises when the buffer is full.
  void Collect(const CodeScan& scan, uint16_t limit, size_t count);
  /// Keeps the best `count` of what is held and returns the limit for later items.
  uint16_t KeepBest(size_t count);
  /// The highest sum that at least `count` of the histogram reach; 0 if fewer are in it.
  /// `above` gets the number of those that exceed it.
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
