#ifndef TSUGI_CORE_KERNELS_ITEM_SCAN_H_
#define TSUGI_CORE_KERNELS_ITEM_SCAN_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/aligned_buffer.h"
#include "core/base/status.h"
#include "core/base/tensor_view.h"
#include "core/kernels/scan_block.h"
#include "core/kernels/top_k.h"

namespace tsugi {

/// Rows of the catalogue, scanned in place. Borrows.
struct ItemRows {
  TensorView table;               ///< [N, D] i8 or f32; kReadPadding readable bytes behind
  std::span<const float> scales;  ///< [N] for i8, else empty

  size_t count() const { return table.shape.rows(); }
  size_t width() const { return table.shape.columns(); }
};

/// A hidden vector made ready to be compared with every row of one item table.
///
/// For an i8 table the vector is quantised to 16 bits, symmetric: h = round(hidden / scale) in
/// [-R, R], where R = min(32767, (2^31 - 1) / (127 D)) keeps every int32 sum exact. Then
///   score(i) = (sum_d table[i, d] * h[d]) * table scale(i) * (hidden scale * factor)
/// is the same bits on every instruction set, so ranks are well defined without a second pass.
class ScanQuery {
 public:
  /// Errors: kOutOfMemory.
  static Result<ScanQuery> Create(const ItemRows& rows);

  /// Sets the vector: hidden [D] f32, scores are multiplied by `factor`. Allocates nothing.
  void Prepare(const float* hidden, float factor);

  const ItemRows& rows() const { return rows_; }
  /// Rows [first, first + count) as a kernel sees them; count <= kScanBlockRows.
  ScanBlock Block(size_t first, size_t count) const;

 private:
  ItemRows rows_;
  float factor_ = 0.0f;
  AlignedBuffer<float> f32_;    ///< [D rounded up], zeros behind; f32 tables
  AlignedBuffer<int16_t> i16_;  ///< [D rounded up], zeros behind; i8 tables
};

/// Scores the whole catalogue, leaves out blocked items and keeps the best, in one pass.
///
/// Shapes:    blocked: N bits as words, bit 1 = never return; or empty. out [K], K >= 1.
/// Units:     scores are logits; higher is better.
/// Returns how many items were written: min(K, items not blocked).
/// Ties:      equal scores are ordered by ascending item_index.
/// Ownership: borrows everything; allocates nothing.
size_t ScanTopK(const ScanQuery& query, std::span<const uint64_t> blocked,
                std::span<ScoredItem> out);

/// As ScanTopK for the given items alone: ascending indices below N, each once.
size_t ScoreTopK(const ScanQuery& query, std::span<const uint32_t> items,
                 std::span<ScoredItem> out);

/// Writes the score of every item: scores [N] f32, the same bits that ScanTopK compares.
void ScanScores(const ScanQuery& query, std::span<float> scores);

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_ITEM_SCAN_H_
