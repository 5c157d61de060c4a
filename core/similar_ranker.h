#ifndef TSUGI_CORE_SIMILAR_RANKER_H_
#define TSUGI_CORE_SIMILAR_RANKER_H_

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "core/items/item_table.h"
#include "core/table_ranker.h"

namespace tsugi {

/// Ranks by likeness: score(i) = the cosine of the row of i and a direction [W], -1 to 1; 0 for a
/// row of zeros. Threads: one at a time.
class SimilarRanker final : public ItemRanker {
 public:
  /// Borrows both. logit_scale: of the model. Errors: kOutOfMemory.
  static Result<std::unique_ptr<SimilarRanker>> Create(const ItemTable& items, TableRanker& table,
                                                       float logit_scale);

  /// Writes the direction of some items: the sum of their rows, each of length 1, divided by its
  /// length; zeros if they cancel. direction [W] f32.
  void FindDirection(std::span<const uint32_t> items, std::span<float> direction) const;
  /// Writes score(i) of every item for a direction of length 1: cosines [N, and the added items].
  /// The first call costs another pass over the rows, as the first of Top does.
  void FindCosines(const float* direction, std::span<float> cosines);

  /// Ranks for request.query as the direction.
  Result<std::span<const ScoredItem>> Top(const RankRequest& request,
                                          std::span<const uint64_t> blocked, size_t count) override;
  bool ScoreAll(const RankRequest& request, std::span<float> scores) override {
    FindCosines(request.query, scores);
    return true;
  }
  float logit() const override { return 1.0f / logit_scale_; }

  /// Items that are ranked: N, and the added ones.
  size_t item_count() const { return table_.item_count(); }
  /// Called after an item was added.
  void TakeInAddedItems() { lengths_known_ = std::min(lengths_known_, items_.rows().count()); }

 private:
  SimilarRanker(const ItemTable& items, TableRanker& table, float logit_scale, ScanQuery scan)
      : items_(items), table_(table), logit_scale_(logit_scale), scan_(std::move(scan)) {}
  double Length(size_t item_index) const;
  /// Top without added items, of a table of i8.
  std::span<const ScoredItem> ScanCosines(const float* direction, std::span<const uint64_t> blocked,
                                          size_t count);
  /// Learns the lengths of the first `count` items.
  void LearnLengths(size_t count);

  const ItemTable& items_;
  TableRanker& table_;
  float logit_scale_;
  ScanQuery scan_;
  size_t lengths_known_ = 0;            ///< the first entries of inverse_lengths_ that hold
  std::vector<float> inverse_lengths_;  ///< 1 / the length of each row; 0 for a row of zeros
  std::vector<float> cosine_scales_;    ///< [N] of rows of i8: their scales by inverse_lengths_
  // Scratch.
  std::vector<float> cosines_;
  std::vector<ScoredItem> ranked_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_SIMILAR_RANKER_H_
