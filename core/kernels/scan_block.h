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

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_SCAN_BLOCK_H_
