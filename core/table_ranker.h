#ifndef TSUGI_CORE_TABLE_RANKER_H_
#define TSUGI_CORE_TABLE_RANKER_H_

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/base/random.h"
#include "core/item_ranker.h"
#include "core/items/added_items.h"
#include "core/kernels/item_scan.h"

namespace tsugi {

/// Ranks by the item table: score(i) = logit_scale * <query, row of i>, exact for every item of the
/// file and every item that was added. Allocates nothing unless a count is the largest yet.
class TableRanker final : public ItemRanker {
 public:
  /// Requires: view.Validate().ok(). Borrows the view's memory and `added`.
  /// Errors: kOutOfMemory.
  static Result<std::unique_ptr<TableRanker>> Create(const ModelView& view,
                                                     const AddedItems& added);

  Result<std::span<const ScoredItem>> Top(const RankRequest& request,
                                          std::span<const uint64_t> blocked,
                                          size_t count) override {
    return Top(request.query, blocked, count);
  }
  bool ScoreAll(const RankRequest& request, std::span<float> scores) override {
    ScoreAll(request.query, scores);
    return true;
  }
  /// Called after an item was added: rows may have moved.
  void TakeInAddedItems() { added_scan_.SetRows(added_.rows()); }

  /// The same for any vector query [W] f32.
  std::span<const ScoredItem> Top(const float* query, std::span<const uint64_t> blocked,
                                  size_t count);
  /// As Top, but ranks `candidates` instead of all items of the file; ascending, each once, none
  /// of them blocked. Added items are all ranked.
  std::span<const ScoredItem> TopOf(std::span<const uint32_t> candidates, const float* query,
                                    std::span<const uint64_t> blocked, size_t count);

  /// Items that are ranked: N, and the added ones.
  size_t item_count() const { return scan_.rows().count() + added_scan_.rows().count(); }
  /// scores [item_count()] f32, the numbers that Top ranks by.
  void ScoreAll(const float* query, std::span<float> scores);

  /// Draws an item that is not blocked from softmax(score / temperature), restricted to top_p;
  /// nothing if all are blocked. Requires: temperature >= 0, top_p in (0, 1].
  std::optional<uint32_t> Draw(const float* query, std::span<const uint64_t> blocked,
                               const ContinueOptions& options, const Random& noise);

 private:
  TableRanker(const AddedItems& added, ScanQuery scan, ScanQuery added_scan, float logit_scale)
      : added_(added),
        logit_scale_(logit_scale),
        scan_(std::move(scan)),
        added_scan_(std::move(added_scan)) {}
  std::span<ScoredItem> Room(size_t count);
  /// Merges the best added items into the `found` items of the file that ranked_ holds.
  std::span<const ScoredItem> MergeAdded(const float* query, std::span<const uint64_t> blocked,
                                         size_t found, size_t count);
  /// The first items of the ranking that hold top_p together. Requires: scores_ are set.
  std::span<const ScoredItem> Nucleus(const float* query, std::span<const uint64_t> blocked,
                                      double inverse_temperature, double top_p);

  const AddedItems& added_;
  float logit_scale_;
  ScanQuery scan_;        ///< over the file's rows
  ScanQuery added_scan_;  ///< over the rows of added items
  // Scratch, as long as the longest ranking yet.
  std::vector<ScoredItem> ranked_, ranked_added_, merged_;
  std::vector<uint64_t> added_blocked_;  ///< the added items' bits
  std::vector<float> scores_;            ///< [item_count()] of Draw, empty before the first
};

}  // namespace tsugi

#endif  // TSUGI_CORE_TABLE_RANKER_H_
