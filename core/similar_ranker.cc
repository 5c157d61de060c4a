#include "core/similar_ranker.h"

#include <algorithm>
#include <cmath>

namespace tsugi {

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
void SimilarRanker::FindCosines(const float* direction, std::span<float> cosines) {
  inverse_lengths_.resize(cosines.size());
  for (; lengths_known_ < cosines.size(); ++lengths_known_) {
    const double length = Length(lengths_known_) * logit_scale_;
    inverse_lengths_[lengths_known_] = length > 0 ? static_cast<float>(1 / length) : 0.0f;
  }
  table_.ScoreAll(direction, cosines);
  for (size_t i = 0; i < cosines.size(); ++i) cosines[i] *= inverse_lengths_[i];
}

Result<std::span<const ScoredItem>> SimilarRanker::Top(const RankRequest& request,
                                                       std::span<const uint64_t> blocked,
                                                       size_t count) {
  cosines_.resize(table_.item_count());
  FindCosines(request.query, cosines_);
  SelectBest(cosines_, blocked, count, ranked_);
  return std::span<const ScoredItem>(ranked_);
}

}  // namespace tsugi
