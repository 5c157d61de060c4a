#include "core/parts/semantic_ids/item_trie.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "core/base/all_or_nothing.h"
#include "core/model/tensor_table.h"
namespace tsugi {
namespace {

constexpr float kTaken = std::numeric_limits<float>::infinity();  // never the nearest again

uint8_t Nearest(const std::vector<float>& distances) {
  return static_cast<uint8_t>(std::min_element(distances.begin(), distances.end()) -
                              distances.begin());
}

}  // namespace

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
    MakeRoom(ids_);
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

ItemCoder::ItemCoder(const ModelView& view)
    : codewords_(StoredRows::Of(view, kCodewordTable)), codeword_(view.spec.row_width()) {}

std::vector<float> ItemCoder::Distances(size_t level) {
  std::vector<float> distances(kLevelCodes);
  for (uint32_t code = 0; code < kLevelCodes; ++code) {
    std::fill(codeword_.begin(), codeword_.end(), 0.0f);
    codewords_.AddTo(CodeToken(level, code), 1.0f, codeword_);
    for (size_t d = 0; d < rest_.size(); ++d) {
      const float difference = rest_[d] - codeword_[d];
      distances[code] += difference * difference;
    }
  }
  return distances;
}

void ItemCoder::Subtract(size_t level, uint32_t code, float factor) {
  codewords_.AddTo(CodeToken(level, code), -factor, rest_);
}

// Items that are alike often share the nearest id, and an id must name one item. The last two
// levels are the finest, so a free pair there moves the item least: for each third code, from the
// nearest on, the nearest free fourth code.
SemanticId ItemCoder::FreeId(std::span<const float> row, const ItemTrie& trie) {
  rest_.assign(row.begin(), row.end());
  constexpr size_t kThird = kCodeLevels - 2, kLast = kCodeLevels - 1;
  SemanticId id;
  for (size_t level = 0; level < kThird; ++level) {
    id[level] = Nearest(Distances(level));
    Subtract(level, id[level], 1.0f);
  }
  // The first two codes place the item among its like and stay; the last two are tried by distance
  // until the id is free, 256 * 256 ids at most.
  std::vector<float> third = Distances(kThird);
  for (uint32_t tried = 0; tried < kLevelCodes; ++tried) {
    id[kThird] = Nearest(third);
    third[id[kThird]] = kTaken;
    Subtract(kThird, id[kThird], 1.0f);
    std::vector<float> last = Distances(kLast);
    for (uint32_t of_last = 0; of_last < kLevelCodes; ++of_last) {
      id[kLast] = Nearest(last);
      last[id[kLast]] = kTaken;
      if (!trie.Holds(id)) return id;
    }
    Subtract(kThird, id[kThird], -1.0f);
  }
  // All are taken: counts up as a number of four bytes. 2^32 ids are more than a catalogue holds,
  // so it ends.
  while (trie.Holds(id)) {
    for (size_t level = kCodeLevels; level-- > 0 && ++id[level] == 0;) {
    }
  }
  return id;
}

}  // namespace tsugi
