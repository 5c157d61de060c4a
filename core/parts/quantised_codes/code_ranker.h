#ifndef TSUGI_CORE_PARTS_QUANTISED_CODES_CODE_RANKER_H_
#define TSUGI_CORE_PARTS_QUANTISED_CODES_CODE_RANKER_H_

#include <memory>
#include <span>

#include "core/kernels/code_scan.h"
#include "core/model/model_view.h"
#include "core/table_ranker.h"

namespace tsugi {

/// Ranks a large catalogue through its quantised codes: estimates for all items of the file, exact
/// scores for those with the best estimates and for every added item. A score has the bits that
/// TableRanker gives it; an item whose estimate is low may be missing (export measures how often).
/// Leaves the request to TableRanker where that is as fast, or if options.exact asks for it.
/// Threads: one at a time.
class CodeRanker final : public ItemRanker {
 public:
  /// Requires: view.spec.quantised_codes, view.Validate().ok(). Borrows the view's memory and
  /// `table`. Errors: kOutOfMemory.
  static Result<std::unique_ptr<CodeRanker>> Create(const ModelView& view, TableRanker& table);

  /// Items that are scored exactly for a list of k: spec.quantised_codes->candidates for k <= 10,
  /// above that in proportion to the square root of k.
  size_t CandidateCount(size_t k) const;
  /// Whether the codes rank faster than the table: not if the list is so long, or the catalogue so
  /// small, that a good part of the rows would be scored anyway.
  bool Covers(size_t k) const;

  Result<std::span<const ScoredItem>> Top(const RankRequest& request,
                                          std::span<const uint64_t> blocked, size_t count) override;
  bool ScoreAll(const RankRequest& request, std::span<float> scores) override {
    return table_.ScoreAll(request, scores);
  }

 private:
  CodeRanker(CodeQuery codes, const ModelSpec& spec, TableRanker& table)
      : codes_(std::move(codes)),
        table_(table),
        item_count_(spec.item_count),
        candidates_(spec.quantised_codes->candidates) {}

  CodeQuery codes_;
  TableRanker& table_;
  size_t item_count_;  ///< N
  size_t candidates_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_QUANTISED_CODES_CODE_RANKER_H_
