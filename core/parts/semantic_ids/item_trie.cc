#include "core/parts/semantic_ids/item_trie.h"

#include <algorithm>
#include <cstring>

#include "core/model/tensor_table.h"

namespace tsugi {

ItemTrie::ItemTrie(const ModelView& view)
    : rows_(view.Find(kItemTrie).as<uint8_t>()), ids_(view.spec.item_count) {
  for (uint32_t row = 0; row < ids_.size(); ++row) {
    std::copy_n(rows_.data() + row * kTrieRowBytes, kCodeLevels, ids_[ItemAt(row)].data());
  }
}

ItemTrie::Node ItemTrie::ChildAt(Node node, size_t level, uint32_t begin) const {
  const uint8_t code = CodeAt(begin, level);
  // Galloping search for the first row with another code, in O(log of the child's length). Rows
  // below `low` have the code. Steps stay below node.end <= 2^28 items, so they do not overflow.
  uint32_t low = begin + 1, step = 1;  // children are short: look near first
  while (low + step < node.end && CodeAt(low + step, level) == code) {
    low += step;
    step *= 2;
  }
  uint32_t high = std::min(low + step, node.end);
  while (low < high) {
    const uint32_t middle = (low + high) / 2;
    if (CodeAt(middle, level) == code) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return {begin, low};
}

uint32_t ItemTrie::LowerBound(const SemanticId& id) const {
  uint32_t low = 0, high = row_count();
  while (low < high) {
    const uint32_t middle = (low + high) / 2;
    if (std::memcmp(rows_.data() + middle * kTrieRowBytes, id.data(), kCodeLevels) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

bool ItemTrie::Holds(const SemanticId& id) const {
  const uint32_t row = LowerBound(id);
  return row < row_count() &&
         std::memcmp(rows_.data() + row * kTrieRowBytes, id.data(), kCodeLevels) == 0;
}

void ItemTrie::Insert(uint32_t item, const SemanticId& id) {
  // The file's rows are read-only: the first insertion copies them. Each one moves half of the rows
  // on average, a memmove, which is cheaper than a tree of nodes for every search.
  if (own_rows_.empty()) own_rows_.assign(rows_.begin(), rows_.end());
  if (item < size()) {
    uint8_t* const old = own_rows_.data() + LowerBound(ids_[item]) * kTrieRowBytes;
    const uint8_t* const end = own_rows_.data() + own_rows_.size();
    std::memmove(old, old + kTrieRowBytes, static_cast<size_t>(end - old) - kTrieRowBytes);
  } else {
    own_rows_.resize(own_rows_.size() + kTrieRowBytes);
    ids_.emplace_back();
  }
  const size_t held = own_rows_.size() - kTrieRowBytes;  // the last row is free now
  rows_ = std::span(own_rows_).first(held);
  uint8_t* const place = own_rows_.data() + LowerBound(id) * kTrieRowBytes;
  std::memmove(place + kTrieRowBytes, place, static_cast<size_t>(own_rows_.data() + held - place));
  SetTrieRow(place, id, item);
  rows_ = own_rows_;
  ids_[item] = id;
  open_before_.clear();  // it has one entry per row and would be too short now
}

// With sums of open rows, whether a range holds an open item is one subtraction. A search asks that
// of thousands of ranges.
void ItemTrie::Block(std::span<const uint64_t> blocked) {
  open_before_.clear();
  const bool blocks =
      std::any_of(blocked.begin(), blocked.end(), [](uint64_t w) { return w != 0; });
  if (!blocks) return;
  // Prefix sums: a node has an open item if the sums at its two ends differ, in O(1) per node.
  open_before_.resize(size() + 1);
  for (uint32_t row = 0; row < size(); ++row) {
    const uint32_t item = ItemAt(row);
    const bool is_open = (blocked[item / 64] >> (item % 64) & 1) == 0;
    open_before_[row + 1] = open_before_[row] + is_open;
  }
}

}  // namespace tsugi
