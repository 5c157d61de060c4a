#ifndef TSUGI_CORE_LIST_BUILDER_H_
#define TSUGI_CORE_LIST_BUILDER_H_

#include <span>

#include "core/base/bit_set.h"
#include "core/decode/list_selector.h"
#include "core/item_ranker.h"
#include "core/items/attribute_filter.h"

namespace tsugi {

/// Builds a list from any ranking: filter bits -> the first items of the ranking -> caps and
/// diversity -> the list. The one place where the rules of RecommendOptions are applied.
///
/// Shared by the sessions of a Recommender. Between calls it keeps scratch and the bits of the last
/// predicate, nothing else. Threads: one at a time.
class ListBuilder {
 public:
  /// Requires: view.Validate().ok(). Borrows the view's memory and `added`.
  ListBuilder(const ModelView& view, const AddedItems& added);

  /// The items that indices and filter bits may name: N, and the added ones.
  size_t item_count() const { return blocked_.size(); }
  /// Called after an item was added or took a place. If memory runs out, call it again once there
  /// are as many items as before.
  void TakeInAddedItems();

  /// Session::RecommendInto with the given ranker.
  Result<size_t> Build(ItemRanker& ranker, const RankRequest& request, std::span<ScoredItem> list);

  /// Errors of the options that filter; k, caps and diversity are not checked.
  Status CheckFilter(const RecommendOptions& options) const;
  /// Sets the bit of every item that must not be returned, until it ends. `seen` and `disliked` are
  /// items of the session, `viewer` is the session; the spans and `options` are borrowed. One at a
  /// time. Requires: CheckFilter(options).ok().
  class Block {
   public:
    Block(ListBuilder& lists, std::span<const uint32_t> seen, std::span<const uint32_t> disliked,
          const RecommendOptions& options, ItemOwner viewer);
    ~Block();
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;
    /// [item_count()] bits.
    std::span<const uint64_t> bits() const { return lists_.blocked_.words(); }

   private:
    ListBuilder& lists_;
    std::span<const uint32_t> seen_, disliked_;
    const RecommendOptions& options_;
  };

 private:
  /// Errors of k, caps, diversity, and of a list that is too short.
  Status CheckList(const RecommendOptions& options, size_t list_size) const;
  bool FiltersSeen(const RecommendOptions& options) const;
  Result<std::span<const ScoredItem>> Select(ItemRanker& ranker, const RankRequest& request,
                                             std::span<const uint64_t> blocked, size_t wanted);

  bool filter_seen_;  ///< the model's default
  float logit_scale_;
  size_t row_width_;        ///< W
  size_t attribute_count_;  ///< A
  const AddedItems& added_;
  uint32_t own_count_;  ///< N, of the file
  BitSet blocked_;      ///< [item_count()] all zero between calls
  AttributeFilter attribute_filter_;
  ListSelector selector_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_LIST_BUILDER_H_
