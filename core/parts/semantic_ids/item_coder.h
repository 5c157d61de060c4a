#ifndef TSUGI_CORE_PARTS_SEMANTIC_IDS_ITEM_CODER_H_
#define TSUGI_CORE_PARTS_SEMANTIC_IDS_ITEM_CODER_H_

#include <span>
#include <vector>

#include "core/model/stored_rows.h"
#include "core/parts/semantic_ids/item_trie.h"

namespace tsugi {

/// Gives a new item a semantic id that is derived from its row alone. Each level takes the codeword
/// nearest to the residual, the row minus the codewords of the levels before. A codeword is the
/// mean residual of the catalogue's items that have the code (native/semantic_ids), so it fits
/// however the ids of the catalogue were made.
class ItemCoder {
 public:
  /// Requires: view.spec.semantic_ids, view.Validate().ok(). Borrows the view's memory.
  explicit ItemCoder(const ModelView& view);

  /// An id near row [W] f32 that no item of the trie has. If the nearest id is taken, the last two
  /// levels change to the nearest free pair; if all 65,536 pairs are taken, the next id in order is
  /// used.
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
