#ifndef TSUGI_CORE_PARTS_ITEM_COUNTS_POPULAR_RANKER_H_
#define TSUGI_CORE_PARTS_ITEM_COUNTS_POPULAR_RANKER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "core/item_ranker.h"
#include "core/items/added_items.h"

namespace tsugi {

/// Ranks by how often items occur in the training events, for an empty session: the item table
/// knows nothing of its visitor. score(i) = ln(1 + events of i); 0 for an added item. Equal items
/// stand in the order of the catalogue.
class PopularRanker final : public ItemRanker {
 public:
  /// Requires: view.spec.item_counts, view.Validate().ok(). Borrows both.
  PopularRanker(const ModelView& view, const AddedItems& added);

  Result<std::span<const ScoredItem>> Top(const RankRequest& request,
                                          std::span<const uint64_t> blocked, size_t count) override;

 private:
  std::span<const uint8_t> levels_;  ///< [N]
  const AddedItems& added_;
  std::vector<ScoredItem> ranked_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_ITEM_COUNTS_POPULAR_RANKER_H_
