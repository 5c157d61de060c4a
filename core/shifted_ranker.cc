#include "core/shifted_ranker.h"

#include <algorithm>

#include "core/base/text.h"

namespace tsugi {

// Written so that NaN fails, too.
Status ShiftedRanker::Check(float popularity) const {
  if (!(popularity >= -1.0f && popularity <= 1.0f)) {
    return InvalidArgument("popularity: expected -1 to 1");
  }
  if (popularity == 0.0f || popular_ != nullptr) return Status();
  return Unsupported(
      "popularity: the model does not know how often items occur; train and export it again");
}

ItemRanker* ShiftedRanker::Over(ItemRanker* ranker, float popularity,
                                std::span<const uint32_t> disliked) {
  if (popularity == 0.0f && disliked.empty()) return ranker;
  ranker_ = ranker;
  return this;
}

void ShiftedRanker::FindPenalties(std::span<const uint32_t> disliked, size_t item_count) {
  if (std::ranges::equal(disliked, penalised_)) return;
  penalised_.clear();
  penalties_.assign(item_count, 0.0f);
  scores_.resize(item_count);
  for (const uint32_t item : disliked) {
    similar_.FindDirection({&item, 1}, direction_);
    similar_.FindCosines(direction_.data(), scores_);
    for (size_t i = 0; i < item_count; ++i) penalties_[i] = std::max(penalties_[i], scores_[i]);
  }
  penalised_.assign(disliked.begin(), disliked.end());
}

void ShiftedRanker::FindShift(const RankRequest& request, size_t item_count) {
  shift_.assign(item_count, 0.0f);
  const float logit = ranker_->logit();
  if (const float popularity = request.options.popularity; popularity != 0.0f) {
    (void)popular_->ScoreAll(request, shift_);
    for (float& shift : shift_) shift *= logit * popularity;
  }
  if (request.disliked.empty()) return;
  const size_t counted = std::min(request.disliked.size(), kMostDislikes);
  FindPenalties(request.disliked.last(counted), item_count);
  for (size_t i = 0; i < item_count; ++i) shift_[i] -= logit * kDislikeWeight * penalties_[i];
}

// Where not every item has a score at once, a prefix of the ranking grows until no item after it
// can enter the list: such an item has at most the score of the prefix's last and the largest
// shift.
Result<std::span<const ScoredItem>> ShiftedRanker::Top(const RankRequest& request,
                                                       std::span<const uint64_t> blocked,
                                                       size_t count) {
  constexpr size_t kSpare = 64, kGrowth = 4;
  const size_t all = similar_.item_count();
  FindShift(request, all);
  scores_.resize(all);
  if (ranker_->ScoreAll(request, scores_)) {
    for (size_t i = 0; i < all; ++i) scores_[i] += shift_[i];
    SelectBest(scores_, blocked, count, ranked_);
    return std::span<const ScoredItem>(ranked_);
  }
  const float largest = *std::ranges::max_element(shift_);
  for (size_t room = std::min(all, kGrowth * count + kSpare);;
       room = std::min(all, kGrowth * room)) {
    TSUGI_ASSIGN_OR_RETURN(const auto prefix, ranker_->Top(request, blocked, room));
    shifted_.assign(prefix.begin(), prefix.end());
    for (ScoredItem& item : shifted_) item.score += shift_[item.item_index];
    ranked_.resize(count);
    TopK best(ranked_);
    for (const ScoredItem& item : shifted_) best.Push(item);
    ranked_.resize(best.Finish());
    const bool is_whole = prefix.size() < room || room == all;
    if (is_whole ||
        (ranked_.size() == count && ranked_.back().score > prefix.back().score + largest)) {
      return std::span<const ScoredItem>(ranked_);
    }
  }
}

}  // namespace tsugi
