#include "core/decode/list_selector.h"

#include <algorithm>
#include <cmath>

namespace tsugi {

bool ListSelector::Select(const ListRules& rules, size_t wanted, double query_length,
                          std::span<const ScoredItem> pool, bool is_whole) {
  list_.clear();
  if (pool.empty()) return true;
  // First: left_ must be reset below, so nothing may throw in between.
  list_.reserve(wanted);
  candidates_.reserve(pool.size());
  Start(rules, query_length, pool);
  // Only the attributes that were set are reset: the table is as long as the model's attributes.
  const bool is_complete = Choose(wanted, pool, is_whole);
  for (const uint32_t attribute : rules.cap_attributes) left_[attribute] = kNoCap;
  return is_complete;
}

// Lengths are computed once per pool: every cosine of the greedy choice needs two of them.
void ListSelector::Start(const ListRules& rules, double query_length,
                         std::span<const ScoredItem> pool) {
  rules_ = rules;
  first_open_ = 0;
  candidates_.assign(pool.size(), {false, 0.0, 0.0});
  if (rules.cap > 0) {
    for (const uint32_t attribute : rules.cap_attributes) left_[attribute] = rules.cap;
  }
  if (rules.diversity == 0.0f) return;
  for (size_t i = 0; i < pool.size(); ++i) {
    const double square = items_.StoredDot(pool[i].item_index, pool[i].item_index);
    candidates_[i].inverse_length = square > 0.0 ? 1.0 / std::sqrt(square) : 0.0;
  }
  // StoredDot knows nothing of a row's scale, so |row| = RowScale * |stored row|.
  const double scale = query_length * items_.RowScale(pool[0].item_index);
  relevance_scale_ = scale > 0.0 ? candidates_[0].inverse_length / scale : 0.0;
}

// An item below the pool overlaps with nothing at best, so its value is at most that of the pool's
// last with overlap 0. A candidate that reaches it can not be beaten by an item not yet seen.
bool ListSelector::Choose(size_t wanted, std::span<const ScoredItem> pool, bool is_whole) {
  while (list_.size() < wanted) {
    const size_t best = FindBest(pool);
    if (best == kNone) return is_whole;
    // An item below the pool scores at most as its last one and overlaps by at least 0.
    const bool is_sure =
        is_whole || Value(pool[best], candidates_[best].overlap) >= Value(pool.back(), 0.0);
    if (!is_sure) return false;
    Take(pool, best);
  }
  return true;
}

double ListSelector::Cosine(std::span<const ScoredItem> pool, size_t a, size_t b) const {
  return items_.StoredDot(pool[a].item_index, pool[b].item_index) * candidates_[a].inverse_length *
         candidates_[b].inverse_length;
}

bool ListSelector::IsOpen(std::span<const ScoredItem> pool, size_t candidate) const {
  if (candidates_[candidate].is_taken) return false;
  if (rules_.cap == 0) return true;
  const auto attributes = attributes_.Of(pool[candidate].item_index);
  return std::none_of(attributes.begin(), attributes.end(),
                      [this](uint32_t attribute) { return left_[attribute] == 0; });
}

double ListSelector::Value(const ScoredItem& item, double overlap) const {
  const double diversity = rules_.diversity;
  if (diversity == 0.0) return item.score;
  return (1.0 - diversity) * (item.score * relevance_scale_) - diversity * overlap;
}

// Taken and capped candidates never open again, so the ones at the front need not be looked at
// twice.
size_t ListSelector::FindBest(std::span<const ScoredItem> pool) {
  while (first_open_ < pool.size() && !IsOpen(pool, first_open_)) ++first_open_;
  if (first_open_ == pool.size()) return kNone;
  if (rules_.diversity == 0.0f) return first_open_;
  size_t best = first_open_;
  double best_value = Value(pool[best], candidates_[best].overlap);
  for (size_t i = best + 1; i < pool.size(); ++i) {
    const double value = Value(pool[i], candidates_[i].overlap);
    // The cheap test first; `>` leaves the first of equals.
    if (value > best_value && IsOpen(pool, i)) {
      best = i;
      best_value = value;
    }
  }
  return best;
}

void ListSelector::Take(std::span<const ScoredItem> pool, size_t candidate) {
  candidates_[candidate].is_taken = true;
  list_.push_back(pool[candidate]);
  for (const uint32_t attribute : attributes_.Of(pool[candidate].item_index)) {
    if (left_[attribute] != kNoCap) --left_[attribute];
  }
  if (rules_.diversity == 0.0f) return;
  // The largest cosine so far, brought up to date with the new row: k * pool products in all rather
  // than k^2 * pool.
  for (size_t i = 0; i < candidates_.size(); ++i) {
    candidates_[i].overlap = std::max(candidates_[i].overlap, Cosine(pool, i, candidate));
  }
}

}  // namespace tsugi
