#include "core/similar_ranker.h"

#include <algorithm>
#include <cmath>

namespace tsugi {

Result<std::unique_ptr<SimilarRanker>> SimilarRanker::Create(const ItemTable& items,
                                                             TableRanker& table,
                                                             float logit_scale) {
  TSUGI_ASSIGN_OR_RETURN(ScanQuery scan, ScanQuery::Create(items.rows()));
  return std::unique_ptr<SimilarRanker>(
      new SimilarRanker(items, table, logit_scale, std::move(scan)));
}

double SimilarRanker::Length(size_t item_index) const {
  return std::sqrt(items_.StoredDot(item_index, item_index)) * items_.RowScale(item_index);
}

void SimilarRanker::FindDirection(std::span<const uint32_t> items,
                                  std::span<float> direction) const {
  std::vector<float> row(direction.size());
  std::vector<double> sum(direction.size());
  for (const uint32_t item : items) {
    items_.EmbedItem(item, row.data());
    double squares = 0;
    for (const float value : row) squares += static_cast<double>(value) * value;
    if (squares == 0) continue;
    const double inverse = 1 / std::sqrt(squares);
    for (size_t d = 0; d < row.size(); ++d) sum[d] += inverse * row[d];
  }
  double squares = 0;
  for (const double value : sum) squares += value * value;
  const double inverse = squares > 0 ? 1 / std::sqrt(squares) : 0;
  for (size_t d = 0; d < row.size(); ++d) direction[d] = static_cast<float>(inverse * sum[d]);
}

// Lengths are kept, because reading the rows for them would cost as much as the scan. Those of
// added items are read again after a change: a place may serve another item.
void SimilarRanker::LearnLengths(size_t count) {
  inverse_lengths_.resize(std::max(count, inverse_lengths_.size()));
  for (; lengths_known_ < count; ++lengths_known_) {
    const double length = Length(lengths_known_) * logit_scale_;
    inverse_lengths_[lengths_known_] = length > 0 ? static_cast<float>(1 / length) : 0.0f;
  }
}

void SimilarRanker::FindCosines(const float* direction, std::span<float> cosines) {
  LearnLengths(cosines.size());
  table_.ScoreAll(direction, cosines);
  for (size_t i = 0; i < cosines.size(); ++i) cosines[i] *= inverse_lengths_[i];
}

// A row's scale times its inverse length makes the scan's score a cosine: one pass, as for a list.
std::span<const ScoredItem> SimilarRanker::ScanCosines(const float* direction,
                                                       std::span<const uint64_t> blocked,
                                                       size_t count) {
  const ItemRows& rows = items_.rows();
  for (size_t i = cosine_scales_.size(); i < rows.count(); ++i) {
    cosine_scales_.push_back(rows.scales[i] * inverse_lengths_[i]);
  }
  scan_.SetRows({rows.table, cosine_scales_});
  scan_.Prepare(direction, logit_scale_);
  ranked_.resize(count);
  return std::span(ranked_).first(ScanTopK(scan_, blocked, ranked_));
}

Result<std::span<const ScoredItem>> SimilarRanker::Top(const RankRequest& request,
                                                       std::span<const uint64_t> blocked,
                                                       size_t count) {
  const ItemRows& rows = items_.rows();
  if (!rows.scales.empty() && table_.item_count() == rows.count()) {
    LearnLengths(rows.count());
    return ScanCosines(request.query, blocked, count);
  }
  cosines_.resize(table_.item_count());
  FindCosines(request.query, cosines_);
  SelectBest(cosines_, blocked, count, ranked_);
  return std::span<const ScoredItem>(ranked_);
}

}  // namespace tsugi
