#include "core/kernels/item_scan.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/base/numbers.h"
#include "core/kernels/kernel_table.h"

namespace tsugi {
namespace {

// Kernels read the query in whole vectors of up to 64 elements; the zeros after the last element
// make whatever follows a row count for nothing.
constexpr size_t kQueryPadding = 64;
constexpr int64_t kMaxSum = 0x7fffffff;

// The largest magnitude of a 16-bit query with which no sum of `width` products overflows int32.
// Rows are symmetric, so a product is at most 127 times this. Up to width 516 it is 32,767.
float QueryLimit(size_t width) {
  return static_cast<float>(
      std::min<int64_t>(32767, kMaxSum / (127 * static_cast<int64_t>(width))));
}

auto ScoreFunction(const ItemRows& rows) {
  const KernelTable& kernels = ActiveKernels();
  return rows.table.dtype == DType::kI8 ? kernels.score_i8 : kernels.score_f32;
}

}  // namespace

Result<ScanQuery> ScanQuery::Create(const ItemRows& rows) {
  ScanQuery query;
  query.rows_ = rows;
  const size_t padded = (rows.width() + kQueryPadding - 1) / kQueryPadding * kQueryPadding;
  if (rows.table.dtype == DType::kI8) {
    TSUGI_ASSIGN_OR_RETURN(query.i16_, AlignedBuffer<int16_t>::Create(padded));
  } else {
    TSUGI_ASSIGN_OR_RETURN(query.f32_, AlignedBuffer<float>::Create(padded));
  }
  return query;
}

void ScanQuery::Prepare(const float* hidden, float factor) {
  const size_t width = rows_.width();
  factor_ = factor;
  if (rows_.table.dtype == DType::kF32) {
    std::copy(hidden, hidden + width, f32_.data());
    return;
  }
  float highest = 0.0f;
  for (size_t d = 0; d < width; ++d) highest = std::max(highest, std::fabs(hidden[d]));
  const float limit = QueryLimit(width);
  const float scale = highest > 0.0f ? highest / limit : 1.0f;  // all zeros: any scale will do
  for (size_t d = 0; d < width; ++d) {
    const float rounded = std::nearbyint(hidden[d] / scale);
    // When `highest` is a denormal number the scale loses its digits and the quotient may exceed
    // the limit, which the bound on the sums does not allow.
    i16_[d] = SaturatingCast<int16_t>(std::clamp(rounded, -limit, limit));
  }
  factor_ = scale * factor;
}

// A block starts at a multiple of 64 rows when a filter is used, so that one word of the filter
// covers it; single rows may start anywhere.
ScanBlock ScanQuery::Block(size_t first, size_t count) const {
  const bool is_i8 = rows_.table.dtype == DType::kI8;
  const size_t width = rows_.width();
  return {.rows = static_cast<const char*>(rows_.table.data) +
                  first * width * DTypeBytes(rows_.table.dtype),
          .scales = is_i8 ? rows_.scales.data() + first : nullptr,
          .query = is_i8 ? static_cast<const void*>(i16_.data()) : f32_.data(),
          .count = count,
          .width = width,
          .factor = factor_};
}

size_t ScanTopK(const ScanQuery& query, std::span<const uint64_t> blocked,
                std::span<ScoredItem> out) {
  const auto score = ScoreFunction(query.rows());
  const size_t count = query.rows().count();
  TopK best(out);
  float scores[kScanBlockRows];
  for (size_t first = 0; first < count; first += kScanBlockRows) {
    const size_t rows = std::min(kScanBlockRows, count - first);
    uint64_t candidates = rows == kScanBlockRows ? ~uint64_t{0} : (uint64_t{1} << rows) - 1;
    if (!blocked.empty()) candidates &= ~blocked[first / kScanBlockRows];
    if (candidates == 0) continue;
    // Until the list is full every allowed row enters it. Afterwards a row must score strictly
    // above the worst one kept: rows come in ascending order, so an equal score loses the tie.
    const float threshold = best.is_full() ? best.threshold() : 0.0f;
    const uint64_t above = score(query.Block(first, rows), threshold, scores);
    if (best.is_full()) candidates &= above;
    for (; candidates != 0; candidates &= candidates - 1) {
      const auto row = static_cast<size_t>(std::countr_zero(candidates));
      best.Push({static_cast<uint32_t>(first + row), scores[row]});
    }
  }
  return best.Finish();
}

size_t ScoreTopK(const ScanQuery& query, std::span<const uint32_t> items,
                 std::span<ScoredItem> out) {
  const KernelTable& kernels = ActiveKernels();
  const bool is_i8 = query.rows().table.dtype == DType::kI8;
  constexpr size_t kAtATime = 256;  // scores on the stack: nothing is allocated
  float scores[kAtATime];
  TopK best(out);
  for (size_t first = 0; first < items.size(); first += kAtATime) {
    const auto part = items.subspan(first, std::min(kAtATime, items.size() - first));
    if (is_i8) {
      kernels.score_items_i8(query.Block(0, 1), part.data(), part.size(), scores);
    } else {
      // f32 rows are scored one by one: a table that large is quantised in practice.
      for (size_t i = 0; i < part.size(); ++i) {
        kernels.score_f32(query.Block(part[i], 1), 0.0f, scores + i);
      }
    }
    for (size_t i = 0; i < part.size(); ++i) best.Push({part[i], scores[i]});
  }
  return best.Finish();
}

void ScanScores(const ScanQuery& query, std::span<float> scores) {
  const auto score = ScoreFunction(query.rows());
  const size_t count = query.rows().count();
  TSUGI_DCHECK(scores.size() == count);
  for (size_t first = 0; first < count; first += kScanBlockRows) {
    const size_t rows = std::min(kScanBlockRows, count - first);
    score(query.Block(first, rows), 0.0f, scores.data() + first);
  }
}

}  // namespace tsugi
