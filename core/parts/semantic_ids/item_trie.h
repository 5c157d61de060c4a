#ifndef TSUGI_CORE_PARTS_SEMANTIC_IDS_ITEM_TRIE_H_
#define TSUGI_CORE_PARTS_SEMANTIC_IDS_ITEM_TRIE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "core/parts/semantic_ids/language_vocabulary.h"

namespace tsugi {

/// All items ordered by semantic id: one sorted array, in which the items that share a prefix are a
/// range. A child is found by binary search, so a file holds no nodes that could be damaged.
///
/// For the layout of a row see language_vocabulary.h. Items that join at run time are inserted in
/// place.
class ItemTrie {
 public:
  /// The items that share a prefix of codes: rows [begin, end).
  struct Node {
    uint32_t begin, end;
  };

  /// Requires: view.spec.semantic_ids, view.Validate().ok(). Borrows the view's memory.
  explicit ItemTrie(const ModelView& view);

  size_t size() const { return ids_.size(); }  ///< items
  Node root() const { return {0, static_cast<uint32_t>(size())}; }
  const SemanticId& IdOf(uint32_t item) const { return ids_[item]; }
  uint8_t CodeAt(uint32_t row, size_t level) const { return rows_[row * kTrieRowBytes + level]; }
  uint32_t ItemAt(uint32_t row) const { return TrieRowItem(rows_.data() + row * kTrieRowBytes); }

  /// The child of `node` that begins at row `begin` and ends with the last row that has the same
  /// code at `level`. The items of `node` share `level` codes. Requires: node.begin <= begin <
  /// node.end.
  Node ChildAt(Node node, size_t level, uint32_t begin) const;

  /// Whether an item has this id.
  bool Holds(const SemanticId& id) const;
  /// Gives an item an id that no item has. item: size(), or one that then loses its id.
  void Insert(uint32_t item, const SemanticId& id);

  /// Blocks items until the next call: bits [size()], 1 = never return; empty blocks none.
  void Block(std::span<const uint64_t> blocked);
  /// Whether the node holds an item that is not blocked.
  bool IsOpen(Node node) const {
    return open_before_.empty() || open_before_[node.end] > open_before_[node.begin];
  }

 private:
  /// The first row that is not below `id`, compared on all codes.
  uint32_t LowerBound(const SemanticId& id) const;
  uint32_t row_count() const { return static_cast<uint32_t>(rows_.size() / kTrieRowBytes); }

  std::span<const uint8_t> rows_;
  std::vector<uint8_t> own_rows_;      ///< once items were inserted
  std::vector<SemanticId> ids_;        ///< by item_index
  std::vector<uint32_t> open_before_;  ///< [size() + 1] open rows before each, or empty: all open
};

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

#endif  // TSUGI_CORE_PARTS_SEMANTIC_IDS_ITEM_TRIE_H_
