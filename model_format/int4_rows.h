#ifndef TSUGI_MODEL_FORMAT_INT4_ROWS_H_
#define TSUGI_MODEL_FORMAT_INT4_ROWS_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>

namespace tsugi {

/// Columns of a matrix that share a multiplier in 4-bit rows; the last block of a row may be
/// shorter.
inline constexpr uint64_t kInt4Block = 32;

/// Matrices that a file stores as 4-bit rows, by tensor name; borrowed.
using Int4Tensors = std::map<std::string, std::span<const uint8_t>, std::less<>>;

/// Bytes of one 4-bit row: a multiplier a block (i8), then two columns a byte, the first of them in
/// the low half, each as q + 8.
constexpr uint64_t Int4RowBytes(uint64_t columns) {
  return columns / kInt4Block + (columns % kInt4Block != 0) + columns / 2 + columns % 2;
}

/// What one column of a 4-bit row means in int8: q [-8, 7] times its block's multiplier / 8, ties
/// up, [-127, 127]. Integers alone, so every machine expands alike.
constexpr int8_t ExpandInt4(int q, int8_t multiplier) {
  const int value = (q * multiplier + 4) >> 3;
  return static_cast<int8_t>(value < 127 ? value : 127);  // 128: -8 times -128 alone
}

/// Expands 4-bit rows to the int8 rows that the engine computes with; their scale per row is stored
/// as for int8. Any bytes are valid.
///
/// Why not compute on four bits: XNNPACK's int8 layers run on SIMD everywhere and its block-int4
/// ones in WebAssembly do not, and the catalogue scan reads int8. So int4 is smaller to download,
/// not smaller in memory (bench/kernels/int4_bench.cc).
///
/// Shapes:   packed [R * Int4RowBytes(columns)]; rows [R * columns].
/// Requires: sizes agree; columns >= 1.
void ExpandInt4Rows(std::span<const uint8_t> packed, uint64_t columns, std::span<int8_t> rows);

}  // namespace tsugi

#endif  // TSUGI_MODEL_FORMAT_INT4_ROWS_H_
