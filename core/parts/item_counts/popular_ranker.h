#ifndef TSUGI_CORE_PARTS_ITEM_COUNTS_POPULAR_RANKER_H_
#define TSUGI_CORE_PARTS_ITEM_COUNTS_POPULAR_RANKER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "core/item_ranker.h"
#include "core/items/added_items.h"
#include "core/parts/item_counts/item_counts_spec.h"

namespace tsugi {

/// Ranks by how often items occur in the training events, for an empty session: the item table
/// knows nothing of its visitor. score(i) = ln(1 + events of i); 0 for an added item. Equal items
/// stand in the order of the catalogue.
class PopularRanker final : public ItemRanker {
 public:
  /// Requires: view.spec.item_counts, view.Validate().ok(). Borrows both.
  PopularRanker(const ModelView& view, const AddedItems& added)
      : levels_(view.Find(kItemCountLevels).as<uint8_t>()), added_(added) {}

  Result<std::span<const ScoredItem>> Top(const RankRequest&, std::span<const uint64_t> blocked,
                                          size_t count) override {
    ranked_.resize(count);
    TopK best(ranked_);
    const size_t all = levels_.size() + added_.count();
    for (uint32_t i = 0; i < all; ++i) {
      if ((blocked[i / 64] >> (i % 64) & 1) == 0) best.Push({i, Score(i)});
    }
    ranked_.resize(best.Finish());
    return std::span<const ScoredItem>(ranked_);
  }
  bool ScoreAll(const RankRequest&, std::span<float> scores) override {
    for (uint32_t i = 0; i < scores.size(); ++i) scores[i] = Score(i);
    return true;
  }
  /// score(i), of an item of the file or an added one.
  float Score(uint32_t item_index) const {
    return item_index < levels_.size() ? levels_[item_index] / kLevelsPerLog : 0.0f;
  }

 private:
  std::span<const uint8_t> levels_;  ///< [N]
  const AddedItems& added_;
  std::vector<ScoredItem> ranked_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_ITEM_COUNTS_POPULAR_RANKER_H_
