#ifndef TSUGI_CORE_CATALOGUE_RANKER_H_
#define TSUGI_CORE_CATALOGUE_RANKER_H_

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/base/bit_set.h"
#include "core/decode/catalogue_decoder.h"
#include "core/parts/quantised_codes/code_decoder.h"
#include "core/decode/item_draw.h"
#include "core/decode/list_selector.h"
#include "core/items/attribute_filter.h"
#include "core/recommender.h"

namespace tsugi {

/// From a hidden vector and options to a list: filter bits, ranking, caps and diversity. Shared by
/// the sessions of a Recommender; holds nothing between calls but scratch and the bits of the last
/// predicate. Threads: one at a time.
class CatalogueRanker {
 public:
  /// Requires: view.Validate().ok(). Borrows the view's memory and `added`.
  /// Errors: kOutOfMemory.
  static Result<std::unique_ptr<CatalogueRanker>> Create(const ModelView& view,
                                                         const AddedItems& added);

  /// Takes in that items were added. Errors: kOutOfMemory; added items are not ranked then.
  Status TakeInAddedItems();
  /// N, and the added items taken in. Bits, scores and indices below are of all of these.
  size_t item_count() const { return blocked_.size(); }

  /// Session::RecommendInto for the state `hidden` [D] of a session that holds `seen`.
  Result<size_t> Rank(const float* hidden, std::span<const uint32_t> seen,
                      const RecommendOptions& options, std::span<Recommendation> list);

  /// Errors of k, caps and diversity, and of a list [list_size] that is too short.
  Status CheckList(const RecommendOptions& options, size_t list_size) const;
  /// Errors of options that filter; k, caps and diversity are not looked at.
  Status CheckFilter(const RecommendOptions& options) const;
  /// Bits [N] of what must not be returned, until Unblock. Requires: CheckFilter(options).ok().
  std::span<const uint64_t> Block(std::span<const uint32_t> seen, const RecommendOptions& options);
  /// Makes all bits zero again, after Block with the same arguments.
  void Unblock(std::span<const uint32_t> seen, const RecommendOptions& options);

  /// The first `count` items of the ranking, or all that are not blocked; through the item codes
  /// where the model has them, unless `exact`. Valid until the next call; allocates nothing unless
  /// `count` is the largest yet.
  std::span<const ScoredItem> Top(const float* hidden, bool exact,
                                  std::span<const uint64_t> blocked, size_t count);

  /// Draws an item that is not blocked from the model's distribution; nothing if all are blocked.
  /// Scores every item exactly. Requires: temperature >= 0, top_p in (0, 1].
  std::optional<uint32_t> Draw(const float* hidden, std::span<const uint64_t> blocked,
                               const ContinueOptions& options, const Random& noise);

  /// scores [N] f32, the numbers that the list is ranked by.
  void ScoreAll(const float* hidden, std::span<float> scores);

 private:
  CatalogueRanker(const ModelView& view, const AddedItems& added, CatalogueDecoder decoder);
  /// Merges the best added items into ranked_, which holds `count` of the file; returns how many
  /// it holds then, at most `room`.
  size_t MergeAdded(const float* hidden, std::span<const uint64_t> blocked, size_t count,
                    size_t room);
  Status CheckItems(const char* name, std::span<const uint32_t> items) const;
  bool FiltersSeen(const RecommendOptions& options) const;
  std::span<const ScoredItem> Select(const float* hidden, bool exact,
                                     std::span<const uint64_t> blocked, const ListRules& rules,
                                     size_t wanted);
  /// The first items of the exact ranking that hold top_p together. Requires: scores_ are set.
  std::span<const ScoredItem> Nucleus(const float* hidden, std::span<const uint64_t> blocked,
                                      double inverse_temperature, double top_p);

  ModelSpec spec_;
  const AddedItems& added_;
  size_t attribute_count_;
  CatalogueDecoder decoder_;                       ///< of the file's items
  std::optional<CatalogueDecoder> added_decoder_;  ///< of those that were added, if any
  std::optional<CodeDecoder> code_decoder_;        ///< if the model holds item codes
  BitSet blocked_;                                 ///< [N] all zero between calls
  AttributeFilter attribute_filter_;
  ListSelector selector_;
  std::vector<float> scores_;            ///< [N] scratch of Draw, empty before the first
  std::vector<uint64_t> added_blocked_;  ///< scratch: the added items' bits
  std::vector<ScoredItem> ranked_added_;
  std::vector<ScoredItem> ranked_;  ///< scratch of the last ranking, as long as the longest yet
};

}  // namespace tsugi

#endif  // TSUGI_CORE_CATALOGUE_RANKER_H_
