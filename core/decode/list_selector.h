#ifndef TSUGI_CORE_DECODE_LIST_SELECTOR_H_
#define TSUGI_CORE_DECODE_LIST_SELECTOR_H_

#include <cstdint>
#include <span>
#include <vector>

#include "core/items/attribute_filter.h"
#include "core/items/item_table.h"
#include "core/kernels/top_k.h"

namespace tsugi {

/// What a list must obey in addition to a ranking. Borrows.
struct ListRules {
  uint32_t cap = 0;  ///< most items with the same one of cap_attributes; 0 = no caps
  std::span<const uint32_t> cap_attributes = {};
  float diversity = 0.0f;  ///< [0, 1]

  bool any() const { return (cap > 0 && !cap_attributes.empty()) || diversity > 0.0f; }
};

/// Chooses a list from a ranking greedily, one item after another.
///
/// Of the items that no cap forbids, the next is the one with the highest
///   (1 - diversity) * relevance(i) - diversity * overlap(i)
///   relevance(i) = score(i) / (logit_scale * |query| * |row of the ranking's first item|)
///   overlap(i)   = the largest cosine between i's row and a row already chosen, at least 0
/// and of equals the one ranked first. Relevance keeps the order of the scores and has the scale of
/// a cosine, so that one value of diversity means the same for every model. For the item table of a
/// cosine model it is the cosine of query and row. A log-probability is such a logit minus a
/// constant, which adds the same to the relevance of every item; so one scale serves all rankings.
///
/// The list is exact although only a prefix of the ranking is given: an item further down has at
/// most (1 - diversity) * relevance of the prefix's last, so a candidate at or above that is the
/// best of all.
/// Source:  maximal marginal relevance, Carbonell and Goldstein, SIGIR 1998.
/// Differs: cosines below 0 count as 0, which gives that bound.
class ListSelector {
 public:
  ListSelector(const ItemTable& items, const ItemAttributes& attributes)
      : items_(items), attributes_(attributes), left_(attributes.attribute_count(), kNoCap) {}

  /// Makes list(), at most `wanted` items, from `pool`, the first items of the ranking by falling
  /// score. query_length = logit_scale * |query|; is_whole: the ranking ends with the pool.
  /// Returns whether list() is the one that the whole ranking gives; if not, call again with a
  /// longer pool. Requires: rules.cap_attributes are below A.
  bool Select(const ListRules& rules, size_t wanted, double query_length,
              std::span<const ScoredItem> pool, bool is_whole);
  /// Valid until the next Select.
  std::span<const ScoredItem> list() const { return list_; }

 private:
  static constexpr uint32_t kNoCap = UINT32_MAX;
  static constexpr size_t kNone = static_cast<size_t>(-1);

  struct Candidate {
    bool is_taken;
    double inverse_length;  ///< 1 / length of the stored row; 0 for a row of zeros
    double overlap;
  };

  void Start(const ListRules& rules, double query_length, std::span<const ScoredItem> pool);
  bool Choose(size_t wanted, std::span<const ScoredItem> pool, bool is_whole);
  double Cosine(std::span<const ScoredItem> pool, size_t a, size_t b) const;
  bool IsOpen(std::span<const ScoredItem> pool, size_t candidate) const;
  double Value(const ScoredItem& item, double overlap) const;
  /// The best open candidate, kNone if there is none.
  size_t FindBest(std::span<const ScoredItem> pool);
  void Take(std::span<const ScoredItem> pool, size_t candidate);

  ItemTable items_;
  ItemAttributes attributes_;
  ListRules rules_;
  double relevance_scale_ = 0;
  size_t first_open_ = 0;              ///< every candidate before is taken or capped
  std::vector<uint32_t> left_;         ///< [A] items that may still carry it; kNoCap between lists
  std::vector<Candidate> candidates_;  ///< one per item of the pool
  std::vector<ScoredItem> list_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_DECODE_LIST_SELECTOR_H_
