#ifndef TSUGI_CORE_PARTS_SEMANTIC_IDS_ITEM_CODER_H_
#define TSUGI_CORE_PARTS_SEMANTIC_IDS_ITEM_CODER_H_

#include <span>
#include <vector>

#include "core/model/stored_rows.h"
#include "core/parts/semantic_ids/item_trie.h"

namespace tsugi {

/// Gives a new item a semantic id from its row alone: level by level the codeword nearest to what
/// the levels before have left. The codewords are the means of what the items of a code leave
/// there (native/semantic), so they fit however the ids of the catalogue were made.
class ItemCoder {
 public:
  /// Requires: view.spec.semantic_ids, view.Validate().ok(). Borrows the view's memory.
  explicit ItemCoder(const ModelView& view);

  /// An id near row [W] f32 that no item of the trie has: of the last two levels the nearest free
  /// pair, or the next id in order if those 65,536 are all taken.
  SemanticId FreeId(std::span<const float> row, const ItemTrie& trie);

 private:
  /// Squared distances of the level's codewords from rest_.
  std::vector<float> Distances(size_t level);
  void Subtract(size_t level, uint32_t code, float factor);

  StoredRows codewords_;  ///< [levels * 256, W]
  std::vector<float> rest_, codeword_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_SEMANTIC_IDS_ITEM_CODER_H_
