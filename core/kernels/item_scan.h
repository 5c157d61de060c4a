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

/// The rows of the catalogue, which are scanned in place. Borrows.
struct ItemRows {
  TensorView table;               ///< [N, D] i8 or f32, followed by kReadPadding readable bytes
  std::span<const float> scales;  ///< [N] for i8, else empty

  size_t count() const { return table.shape.rows(); }
  size_t width() const { return table.shape.columns(); }
};

/// A hidden vector, prepared for scoring every row of one item table.
///
/// For an i8 table the vector is quantised symmetrically to 16 bits: h = round(hidden / scale) in
/// [-R, R], where R = min(32767, (2^31 - 1) / (127 D)) keeps every int32 sum exact. The score
///   score(i) = (sum_d table[i, d] * h[d]) * table scale(i) * (hidden scale * factor)
/// then has the same bits on every instruction set, so the ranking needs no second, exact pass.
class ScanQuery {
 public:
  /// Allocates the query for `rows`, which it borrows. Errors: kOutOfMemory.
  static Result<ScanQuery> Create(const ItemRows& rows);

  /// Sets the vector, hidden [D] f32. Every score is multiplied by `factor`. Allocates nothing.
  void Prepare(const float* hidden, float factor);

  const ItemRows& rows() const { return rows_; }
  /// Scans other rows from now on. Requires: their width and type are those of Create's rows.
  void SetRows(const ItemRows& rows) { rows_ = rows; }
  /// Rows [first, first + count) and the query, as a kernel takes them. Requires:
  /// count <= kScanBlockRows.
  ScanBlock Block(size_t first, size_t count) const;

 private:
  ItemRows rows_;
  float factor_ = 0.0f;
  AlignedBuffer<float> f32_;    ///< the query of an f32 table; [D, rounded up with zeros]
  AlignedBuffer<int16_t> i16_;  ///< the query of an i8 table; [D, rounded up with zeros]
};

/// Scores the whole catalogue, leaves out blocked items and keeps the K best, in one pass.
///
/// Shapes:    blocked: N bits as words, 1 = never return; or empty. out [K], K >= 1.
/// Units:     scores are logits; higher is better.
/// Returns:   the number of items written, min(K, items that are not blocked); best first.
/// Ties:      equal scores are ordered by ascending item_index.
/// Ownership: borrows everything; allocates nothing.
size_t ScanTopK(const ScanQuery& query, std::span<const uint64_t> blocked,
                std::span<ScoredItem> out);

/// Like ScanTopK, but scores only the given items. Requires: `items` are distinct, ascending and
/// below N.
size_t ScoreTopK(const ScanQuery& query, std::span<const uint32_t> items,
                 std::span<ScoredItem> out);

/// Writes the score of every item to scores [N] f32. They have the bits that ScanTopK compares.
void ScanScores(const ScanQuery& query, std::span<float> scores);

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_ITEM_SCAN_H_
