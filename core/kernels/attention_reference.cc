#include <algorithm>
#include <cmath>

#include "core/kernels/attention.h"

namespace tsugi {
namespace {

// Turns logits [count] into probabilities in place. Subtracting the highest logit first changes
// nothing in exact arithmetic and keeps exp from overflowing.
void Softmax(size_t count, float* logits) {
  const float highest = *std::max_element(logits, logits + count);
  float sum = 0.0f;
  for (size_t j = 0; j < count; ++j) sum += logits[j] = std::exp(logits[j] - highest);
  for (size_t j = 0; j < count; ++j) logits[j] /= sum;
}

// One row of one head. `key_values` points to the head's columns of the first row that the window
// includes, `bias` to that row's entry.
void AttendRow(const AttentionShape& shape, const float* query, const float* key_values,
               const float* bias, size_t count, float* logits, float* output) {
  const size_t head_width = shape.head_width();
  const size_t stride = 2 * shape.width;
  const float scale = 1.0f / std::sqrt(static_cast<float>(head_width));
  for (size_t j = 0; j < count; ++j) {
    float dot = 0.0f;
    for (size_t d = 0; d < head_width; ++d) dot += query[d] * key_values[j * stride + d];
    logits[j] = dot * scale + bias[j];
  }
  Softmax(count, logits);
  std::fill(output, output + head_width, 0.0f);
  const float* values = key_values + shape.width;
  for (size_t j = 0; j < count; ++j) {
    for (size_t d = 0; d < head_width; ++d) output[d] += logits[j] * values[j * stride + d];
  }
}

}  // namespace

void AttentionReference(const AttentionShape& shape, const AttentionInput& input, float* scratch,
                        float* output) {
  for (size_t i = 0; i < input.rows; ++i) {
    // The first rows of a session see fewer keys than a window; their biases are the last `count`
    // entries of the head, which belong to the smallest distances.
    const size_t position = input.key_rows - input.rows + i;
    const size_t count = std::min(position + 1, shape.window);
    const size_t first = position + 1 - count;
    for (size_t h = 0; h < shape.heads; ++h) {
      const size_t column = h * shape.head_width();
      AttendRow(shape, input.queries + i * shape.width + column,
                input.key_values + first * 2 * shape.width + column,
                input.reversed_bias + (h + 1) * shape.window - count, count, scratch,
                output + i * shape.width + column);
    }
  }
}

}  // namespace tsugi
