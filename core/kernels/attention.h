#ifndef TSUGI_CORE_KERNELS_ATTENTION_H_
#define TSUGI_CORE_KERNELS_ATTENTION_H_

#include <cstddef>

namespace tsugi {

struct AttentionShape {
  size_t width;   ///< D, a multiple of `heads`
  size_t heads;   ///< H
  size_t window;  ///< T: a row attends to itself and the T - 1 rows before it
  constexpr size_t head_width() const { return width / heads; }
};

/// One block of rows that attends over a layer's keys and values. Borrows.
///
/// The last `rows` of the `key_rows` rows are the block itself, so row i of the block stands at
/// key_rows - rows + i. One row over the session's state (rows = 1) is the same call as a full
/// forward.
struct AttentionInput {
  const float* queries;     ///< [rows, D]
  const float* key_values;  ///< [key_rows, 2 D]: the key of a position, then its value
  /// [H, T] f32, newest last: entry T - 1 - distance is added to the logit of the row `distance`
  /// back.
  const float* reversed_bias;
  size_t rows;
  size_t key_rows;  ///< >= rows
};

/// Most rows of keys and values one call may be given: a full window behind a full block.
constexpr size_t MaxKeyRows(size_t window) { return 2 * window; }

/// Elements of scratch that Attention needs for these shapes.
constexpr size_t AttentionScratchSize(const AttentionShape& shape) {
  constexpr size_t kQueryRows = 4;
  constexpr size_t kVector = 16;
  const size_t padded = (MaxKeyRows(shape.window) + 2 * kVector) / kVector * kVector;
  return padded * (shape.head_width() + kQueryRows);
}

/// Causal, banded multi-head attention with a learned bias per head and distance:
///   logit(i, j) = q_i . k_j / sqrt(D / H) + bias[h][i - j]   for 0 <= i - j < T
///   output_i    = sum_j softmax_j(logit(i, j)) v_j
///
/// Shapes:    output [rows, D], heads concatenated; scratch [AttentionScratchSize] f32.
/// Requires:  rows >= 1, key_rows <= MaxKeyRows(T).
/// Parity:    a row's result does not depend on the block it comes in, bit for bit, within one
/// build.
void Attention(const AttentionShape& shape, const AttentionInput& input, float* scratch,
               float* output);

void AttentionReference(const AttentionShape& shape, const AttentionInput& input, float* scratch,
                        float* output);

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_ATTENTION_H_
