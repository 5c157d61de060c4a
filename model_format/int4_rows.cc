#include "model_format/int4_rows.h"

#include <algorithm>

namespace tsugi {

void ExpandInt4Rows(std::span<const uint8_t> packed, uint64_t columns, std::span<int8_t> rows) {
  // A row is its blocks' multipliers, then its columns, two a byte. Only the last block may be
  // short, and an odd number of columns leaves the high half of the last byte unused.
  const uint64_t row_bytes = Int4RowBytes(columns);
  const uint64_t blocks = (columns + kInt4Block - 1) / kInt4Block;
  const uint8_t* from = packed.data();
  for (size_t begin = 0; begin < rows.size(); begin += columns, from += row_bytes) {
    const uint8_t* pairs = from + blocks;
    int8_t* to = rows.data() + begin;
    for (uint64_t left = columns, b = 0; b < blocks; ++b, pairs += kInt4Block / 2) {
      const auto multiplier = static_cast<int8_t>(from[b]);
      const uint64_t count = std::min(left, kInt4Block);
      for (uint64_t i = 0; i < count / 2; ++i) {
        to[2 * i] = ExpandInt4((pairs[i] & 15) - 8, multiplier);
        to[2 * i + 1] = ExpandInt4((pairs[i] >> 4) - 8, multiplier);
      }
      if (count % 2 != 0) to[count - 1] = ExpandInt4((pairs[count / 2] & 15) - 8, multiplier);
      to += count;
      left -= count;
    }
  }
}

}  // namespace tsugi
