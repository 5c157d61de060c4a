#ifndef TSUGI_CORE_PARTS_SEMANTIC_IDS_BEAM_SEARCH_H_
#define TSUGI_CORE_PARTS_SEMANTIC_IDS_BEAM_SEARCH_H_

#include <vector>

#include "core/kernels/top_k.h"
#include "core/parts/semantic_ids/item_trie.h"
#include "core/parts/semantic_ids/language_model.h"

namespace tsugi {

/// Generates items code by code after the tokens of `state`, whose last hidden vector is `hidden`
/// [D]. At each level it keeps the `width` most likely prefixes of codes. A prefix is only tried if
/// the trie holds an item below it that is not blocked, so every result exists and none is blocked.
/// `state` keeps its rows; the room after them is used as scratch.
///
/// items: at most `width`, best first. A score is the natural logarithm of the item's probability,
/// the product of the probabilities of its codes. Ties: the better prefix, then the lower code.
/// Allocates only to grow.
/// Source:  the trie constraint of TIGER-like models. LC-Rec constrains each level alone, which can
///          generate codes that no item has.
/// Requires: 1 <= width <= LanguageModel::kMostBranches. Errors: kInternal from the kernels.
class BeamSearch {
 public:
  Status Run(LanguageModel& model, const ItemTrie& trie, KvState& state, const float* hidden,
             size_t width, std::vector<ScoredItem>& items);

 private:
  struct Beam {
    ItemTrie::Node node;
    float score;
    uint32_t parent;  ///< beam of the level before
  };
  /// Adds the open children of a beam to candidates_.
  void Expand(const ItemTrie& trie, size_t level, uint32_t parent, const float* log_probabilities);
  void KeepBest(size_t width);

  std::vector<Beam> beams_, candidates_;
  std::vector<ScoredItem> best_;  ///< scratch: places in candidates_
  std::vector<uint32_t> tokens_, parents_;
};

/// Scores every item as if its codes were independent: the sum of four numbers that are looked up.
/// log_probabilities [levels, 256]; scores [trie.size()] f32.
/// Source:  RPG (arXiv 2506.05781), parallel codes. Differs: the tree's four levels, not 16 to 64
///          product codes.
void ScoreByCodes(const ItemTrie& trie, std::span<const float> log_probabilities,
                  std::span<float> scores);

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_SEMANTIC_IDS_BEAM_SEARCH_H_
