#include "core/table_ranker.h"

#include <algorithm>

#include "core/decode/item_draw.h"
#include "core/items/item_table.h"

namespace tsugi {

Result<std::unique_ptr<TableRanker>> TableRanker::Create(const ModelView& view,
                                                         const AddedItems& added) {
  TSUGI_ASSIGN_OR_RETURN(ScanQuery scan, ScanQuery::Create(ItemTable(view).rows()));
  TSUGI_ASSIGN_OR_RETURN(ScanQuery added_scan, ScanQuery::Create(added.rows()));
  return std::unique_ptr<TableRanker>(
      new TableRanker(added, std::move(scan), std::move(added_scan), view.spec.logit_scale));
}

// Never shrinks, so that only a list longer than every list before allocates.
std::span<ScoredItem> TableRanker::Room(size_t count) {
  if (ranked_.size() < count) ranked_.resize(count);
  return std::span(ranked_).first(count);
}

std::span<const ScoredItem> TableRanker::Top(const float* query, std::span<const uint64_t> blocked,
                                             size_t count) {
  scan_.Prepare(query, logit_scale_);
  return MergeAdded(query, blocked, ScanTopK(scan_, blocked, Room(count)), count);
}

std::span<const ScoredItem> TableRanker::TopOf(std::span<const uint32_t> candidates,
                                               const float* query,
                                               std::span<const uint64_t> blocked, size_t count) {
  scan_.Prepare(query, logit_scale_);
  return MergeAdded(query, blocked, ScoreTopK(scan_, candidates, Room(count)), count);
}

// Added items follow those of the file in item_index, so a stable merge keeps the order of ties.
std::span<const ScoredItem> TableRanker::MergeAdded(const float* query,
                                                    std::span<const uint64_t> blocked, size_t found,
                                                    size_t count) {
  const auto ranked = std::span<const ScoredItem>(ranked_).first(found);
  const size_t first = scan_.rows().count(), added_count = added_scan_.rows().count();
  if (added_count == 0) return ranked;
  // The bits of added items follow those of the file and may start in the middle of a word. The
  // scan wants them from bit 0 on.
  added_blocked_.assign((added_count + 63) / 64, 0);
  for (size_t i = 0; i < added_count; ++i) {
    const size_t bit = first + i;
    added_blocked_[i / 64] |= (blocked[bit / 64] >> (bit % 64) & 1) << (i % 64);
  }
  added_scan_.Prepare(query, logit_scale_);
  ranked_added_.resize(std::min(count, added_count));
  ranked_added_.resize(ScanTopK(added_scan_, added_blocked_, ranked_added_));
  for (ScoredItem& item : ranked_added_) item.item_index += static_cast<uint32_t>(first);
  merged_.resize(found + ranked_added_.size());
  std::merge(ranked.begin(), ranked.end(), ranked_added_.begin(), ranked_added_.end(),
             merged_.begin(),
             [](const ScoredItem& a, const ScoredItem& b) { return a.score > b.score; });
  return std::span<const ScoredItem>(merged_).first(std::min(count, merged_.size()));
}

void TableRanker::ScoreAll(const float* query, std::span<float> scores) {
  const size_t first = scan_.rows().count();
  scan_.Prepare(query, logit_scale_);
  ScanScores(scan_, scores.first(first));
  if (added_scan_.rows().count() == 0) return;
  added_scan_.Prepare(query, logit_scale_);
  ScanScores(added_scan_, scores.subspan(first));
}

// O(N) with top_p as well, because the softmax that it cuts is over all items that are not blocked.
std::optional<uint32_t> TableRanker::Draw(const float* query, std::span<const uint64_t> blocked,
                                          const ContinueOptions& options, const Random& noise) {
  constexpr float kLowestTemperature = 1e-6f;  // below it only rounding keeps a draw from the best
  if (options.temperature < kLowestTemperature) {
    const auto best = Top(query, blocked, 1);
    return best.empty() ? std::nullopt : std::optional(best[0].item_index);
  }
  scores_.resize(item_count());
  ScoreAll(query, scores_);
  const double inverse_temperature = 1.0 / options.temperature;
  ItemDraw draw(noise, inverse_temperature);
  if (options.top_p < 1.0f) {
    for (const auto& item : Nucleus(query, blocked, inverse_temperature, options.top_p)) {
      draw.Offer(item.item_index, item.score);
    }
  } else {
    for (uint32_t i = 0; i < scores_.size(); ++i) {
      if ((blocked[i / 64] >> (i % 64) & 1) == 0) draw.Offer(i, scores_[i]);
    }
  }
  return draw.empty() ? std::nullopt : std::optional(draw.item_index());
}

// Sorting the whole catalogue would cost more than the scan, and a nucleus is usually short.
std::span<const ScoredItem> TableRanker::Nucleus(const float* query,
                                                 std::span<const uint64_t> blocked,
                                                 double inverse_temperature, double top_p) {
  constexpr size_t kFirst = 64;
  constexpr size_t kGrowth = 4;
  const size_t all = item_count();
  double total = 0.0;
  for (size_t room = std::min(all, kFirst);; room = std::min(all, kGrowth * room)) {
    const auto ranking = Top(query, blocked, room);
    if (ranking.empty()) return ranking;
    if (total == 0.0) {
      // Once only: the total is over the whole catalogue, whatever prefix is ranked.
      total = SoftmaxTotal(scores_, blocked, ranking[0].score, inverse_temperature);
    }
    const size_t size = NucleusSize(ranking, total, inverse_temperature, top_p);
    if (size <= ranking.size()) return ranking.first(size);
    if (ranking.size() < room || room == all) return ranking;
  }
}

}  // namespace tsugi
