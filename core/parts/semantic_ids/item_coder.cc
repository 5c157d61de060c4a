#include "core/parts/semantic_ids/item_coder.h"

#include <algorithm>
#include <limits>

#include "core/model/tensor_table.h"

namespace tsugi {
namespace {

constexpr float kTaken = std::numeric_limits<float>::infinity();  // never the nearest again

uint8_t Nearest(const std::vector<float>& distances) {
  return static_cast<uint8_t>(std::min_element(distances.begin(), distances.end()) -
                              distances.begin());
}

}  // namespace

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
