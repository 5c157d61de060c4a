#ifndef TSUGI_CORE_PARTS_SEMANTIC_IDS_SEMANTIC_ID_RANKER_H_
#define TSUGI_CORE_PARTS_SEMANTIC_IDS_SEMANTIC_ID_RANKER_H_

#include <memory>
#include <span>
#include <vector>

#include "core/items/item_table.h"
#include "core/parts/semantic_ids/item_language.h"
#include "core/parts/semantic_ids/semantic_ids_spec.h"
#include "core/search/search_ranker.h"
#include "core/table_ranker.h"

namespace tsugi {

/// Ranks by semantic ids, in three ways (RecommendOptions::Ranking):
///
///   kGenerated  a beam search over the trie. The ranking ends with the beam's items: `beam` of
///               them, or as many as the request counts, but from 20 to 64. A wider beam can also
///               find a better item, so a short ranking need not begin a longer one.
///   kParallel   every item, by its four codes as if they did not depend on each other.
///   kFused      every item, by the item table and the generated items (GeneratedShare). With words
///               the table is asked with the sum of the session's vector and the row that the
///               item tower makes of the words, both sides have equal weight, and items that fit
///               the words come first (SearchRanker::Fit).
///
/// Scores are log-probabilities; words add to those of a fused ranking.
/// Per session it keeps the state of the language model and its last answer, so that the same
/// question costs nothing until an event arrives. Threads: one at a time.
class SemanticIdRanker final : public ItemRanker {
 public:
  /// Requires: view.spec.semantic_ids, view.Validate().ok(). Borrows the view's memory, `added`,
  /// `table` and `search`, which is null if items have no text.
  /// Errors: kOutOfMemory, kUnsupported.
  static Result<std::unique_ptr<SemanticIdRanker>> Create(const ModelView& view, AddedItems& added,
                                                          TableRanker& table, SearchRanker* search);

  /// Errors: kInvalidArgument for a beam above 64.
  Result<std::span<const ScoredItem>> Top(const RankRequest& request,
                                          std::span<const uint64_t> blocked, size_t count) override;
  /// Gives an item that was added a semantic id near its row.
  void TakeIn(uint32_t item_index);

  ItemLanguage& language() { return *language_; }

 private:
  SemanticIdRanker(const ModelView& view, AddedItems& added, TableRanker& table,
                   SearchRanker* search, std::unique_ptr<ItemLanguage> language)
      : spec_(view.spec),
        added_(added),
        table_(table),
        search_(search),
        items_(view, &added),
        language_(std::move(language)) {}
  /// Computes an answer. Requires: `state` follows the session's events.
  Status Rank(const RankRequest& request, std::span<const uint64_t> blocked, size_t count,
              LanguageState& state, std::vector<ScoredItem>& answer);
  /// scores_ = the mix of the generated items and the table's answer to `query` [W].
  void Fuse(std::span<const ScoredItem> generated, const float* query, const FusionRule& rule,
            ItemOwner viewer);
  /// Fuse with words; how well items fit them then adds to scores_.
  void FuseWithWords(std::span<const ScoredItem> generated, const RankRequest& request);

  ModelSpec spec_;
  AddedItems& added_;
  TableRanker& table_;
  SearchRanker* search_;
  ItemTable items_;
  std::unique_ptr<ItemLanguage> language_;
  size_t changes_ = 0;                 ///< of the catalogue: answers before the last one are old
  std::vector<float> scores_, found_;  ///< [items] scratch
  AlignedBuffer<float> wish_;          ///< [W] scratch
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_SEMANTIC_IDS_SEMANTIC_ID_RANKER_H_
