#ifndef TSUGI_CORE_KERNELS_ATTENTION_H_
#define TSUGI_CORE_KERNELS_ATTENTION_H_

#include <cstddef>

namespace tsugi {

/// What all calls of one layer share.
struct AttentionShape {
  size_t width;   ///< D, a multiple of `heads`
  size_t heads;   ///< H
  size_t window;  ///< T: a row attends to itself and the T - 1 rows before it
  constexpr size_t head_width() const { return width / heads; }
};

/// A block of rows and the keys and values that it attends to. Borrows.
///
/// The block itself is the last `rows` of the `key_rows` rows: row i of the block is at position
/// key_rows - rows + i. So the same call serves one new event after the stored ones (rows = 1) and
/// a full forward pass (rows = key_rows).
struct AttentionInput {
  const float* queries;     ///< [rows, D]
  const float* key_values;  ///< [key_rows, 2 D]: the key of a position, then its value
  /// [H, T] f32. Entry T - 1 - distance of a head is added to the logit of the row `distance`
  /// positions back. Stored in this order, a row's biases are contiguous and in the order of its
  /// keys.
  const float* reversed_bias;
  size_t rows;
  size_t key_rows;  ///< >= rows
};

/// The most key rows that one call accepts: a block of T rows after the T rows before it.
constexpr size_t MaxKeyRows(size_t window) { return 2 * window; }

/// Floats of scratch memory that Attention needs for this shape: one head's keys, transposed, and
/// the weights of up to 4 rows, each rounded up to whole tiles of the widest instruction set.
constexpr size_t AttentionScratchSize(const AttentionShape& shape) {
  constexpr size_t kQueryRows = 4;
  constexpr size_t kVector = 16;
  const size_t padded = (MaxKeyRows(shape.window) + 2 * kVector) / kVector * kVector;
  return padded * (shape.head_width() + kQueryRows);
}

/// Causal multi-head attention over a window of T rows, with a learned bias for each head and
/// distance:
///   logit(i, j) = q_i . k_j / sqrt(D / H) + bias[h][i - j]   for 0 <= i - j < T
///   output_i    = sum_j softmax_j(logit(i, j)) v_j
///
/// Shapes:    output [rows, D] f32, heads concatenated; scratch [AttentionScratchSize(shape)] f32.
/// Requires:  rows >= 1, key_rows <= MaxKeyRows(T).
/// Parity:    within one build a row's output has the same bits in every block that contains it,
///            so a session fed event by event equals a full forward pass.
void Attention(const AttentionShape& shape, const AttentionInput& input, float* scratch,
               float* output);

void AttentionReference(const AttentionShape& shape, const AttentionInput& input, float* scratch,
                        float* output);

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_ATTENTION_H_
