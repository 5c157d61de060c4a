#include "core/parts/item_counts/popular_ranker.h"

#include "core/parts/item_counts/item_counts_spec.h"

namespace tsugi {

PopularRanker::PopularRanker(const ModelView& view, const AddedItems& added)
    : levels_(view.Find(kItemCountLevels).as<uint8_t>()), added_(added) {}

Result<std::span<const ScoredItem>> PopularRanker::Top(const RankRequest&,
                                                       std::span<const uint64_t> blocked,
                                                       size_t count) {
  ranked_.resize(count);
  TopK best(ranked_);
  const size_t all = levels_.size() + added_.count();
  for (uint32_t i = 0; i < all; ++i) {
    if ((blocked[i / 64] >> (i % 64) & 1) != 0) continue;
    const float level = i < levels_.size() ? levels_[i] : 0.0f;
    best.Push({i, level / kLevelsPerLog});
  }
  ranked_.resize(best.Finish());
  return std::span<const ScoredItem>(ranked_);
}

}  // namespace tsugi
