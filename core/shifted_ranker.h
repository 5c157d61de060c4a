#ifndef TSUGI_CORE_SHIFTED_RANKER_H_
#define TSUGI_CORE_SHIFTED_RANKER_H_

#include <span>
#include <vector>

#include "core/similar_ranker.h"

namespace tsugi {

/// Any ranking, shifted by what the visitor and the page wish:
///   score(i) = score of the ranking
///              + logit (popularity ln(1 + events of i) - kDislikeWeight max_d max(0, cos(i, d)))
/// over the items d that the visitor dislikes, of which the last kMostDislikes count. The ranking
/// is exact: it is that of the shifted scores of all items.
///
/// Source:  the shift by the log count is the logit adjustment of A. K. Menon et al., "Long-tail
///          learning via logit adjustment" (ICLR 2021), at the time of asking.
/// Threads: one at a time.
class ShiftedRanker final : public ItemRanker {
 public:
  static constexpr float kDislikeWeight = 4.0f;  ///< bench/quality/wishes.mjs
  static constexpr size_t kMostDislikes = 16;

  /// popular: scores items by ln(1 + events); null if the model does not know them. Borrows both.
  ShiftedRanker(SimilarRanker& similar, ItemRanker* popular, size_t row_width)
      : similar_(similar), popular_(popular), direction_(row_width) {}

  /// Errors: kInvalidArgument for a popularity outside [-1, 1]; kUnsupported for one other than 0
  /// if the model does not know how often items occur.
  Status Check(float popularity) const;
  /// The shifted ranking of `ranker`, or `ranker` itself where there is nothing to shift. Borrows
  /// it until the next call.
  ItemRanker* Over(ItemRanker* ranker, float popularity, std::span<const uint32_t> disliked);

  Result<std::span<const ScoredItem>> Top(const RankRequest& request,
                                          std::span<const uint64_t> blocked, size_t count) override;

  float logit() const override { return ranker_->logit(); }

  /// Called after an item was added.
  void TakeInAddedItems() { penalised_.clear(); }

 private:
  /// shift_ = what is added to each score, but for the logit.
  void FindShift(const RankRequest& request, size_t item_count);
  /// penalties_ = max_d max(0, cos(i, d)).
  void FindPenalties(std::span<const uint32_t> disliked, size_t item_count);

  SimilarRanker& similar_;
  ItemRanker* popular_;
  ItemRanker* ranker_ = nullptr;
  std::vector<uint32_t> penalised_;  ///< whose penalties_ are known
  std::vector<float> penalties_;     ///< one for each item, as the next two
  // Scratch.
  std::vector<float> shift_, scores_;
  std::vector<float> direction_;  ///< [W]
  std::vector<ScoredItem> shifted_, ranked_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_SHIFTED_RANKER_H_
