#include "native/quantize/quantize_int4.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/tensor_view.h"
#include "model_format/int4_rows.h"
#include "native/quantize/rounding.h"

namespace tsugi {
namespace {

constexpr int kStepCandidates = 9;  // for each sign
constexpr float kLeastStepFactor = 0.76f;
constexpr float kStepFactorStep = 0.04f;
constexpr float kMostNegative = -8.0f, kMostPositive = 7.0f;
constexpr float kMaxInt8 = 127.0f;

float RoundToInt4(float steps) {
  return RoundToEven(std::clamp(steps, kMostNegative, kMostPositive));
}

float SquaredError(std::span<const float> block, float step) {
  const float inverse = 1.0f / step;
  float sum = 0.0f;
  for (const float w : block) {
    const float difference = w - RoundToInt4(w * inverse) * step;
    sum += difference * difference;
  }
  return sum;
}

// Returns the step with the smallest squared error; 0 for a block of zeros. A negative step turns
// the range [-8, 7] round, so that the largest weight of either sign can sit at the end with 8
// steps. Factors below 1 clip the largest weight and serve the others better.
float ChooseStep(std::span<const float> block) {
  float maximum = 0.0f;
  for (const float w : block) maximum = std::max(maximum, std::fabs(w));
  if (maximum < kSmallestMaximum) return 0.0f;
  float best_step = 0.0f, best_error = 0.0f;
  for (int i = 0; i < 2 * kStepCandidates; ++i) {
    const float factor = kLeastStepFactor + kStepFactorStep * static_cast<float>(i / 2);
    const float step = (i % 2 == 0 ? maximum : -maximum) / -kMostNegative * factor;
    const float error = SquaredError(block, step);
    if (i == 0 || error < best_error) {
      best_error = error;
      best_step = step;
    }
  }
  return best_step;
}

}  // namespace

void QuantizeInt4Rows(std::span<const float> weights, uint64_t columns, std::span<uint8_t> packed,
                      std::span<int8_t> rows, std::span<float> scales) {
  const uint64_t blocks = (columns + kInt4Block - 1) / kInt4Block;
  const uint64_t row_bytes = Int4RowBytes(columns);
  std::fill(packed.begin(), packed.end(), uint8_t{0});
  std::vector<float> steps(blocks);
  for (size_t r = 0; r < scales.size(); ++r) {
    const auto row = weights.subspan(r * columns, columns);
    const auto bytes = packed.subspan(r * row_bytes, row_bytes);
    float largest = 0.0f;
    for (uint64_t b = 0; b < blocks; ++b) {
      const uint64_t begin = b * kInt4Block;
      steps[b] = ChooseStep(row.subspan(begin, std::min(kInt4Block, columns - begin)));
      largest = std::max(largest, std::fabs(steps[b]));
    }
    // The largest step gets the multiplier 127: then its -8 is -127 in the expanded int8 row, and
    // no other step of the row reaches further.
    scales[r] = largest > 0.0f ? largest * -kMostNegative / kMaxInt8 : kZeroRowScale;
    for (uint64_t b = 0; b < blocks; ++b) {
      const float multiplier = RoundToEven(steps[b] * -kMostNegative / scales[r]);
      bytes[b] = static_cast<uint8_t>(static_cast<int8_t>(multiplier));
    }
    // Rounds with the multiplier as stored, not with the step that was chosen: its own rounding
    // moved the step a little, and the codes should fit the step that the reader will use.
    for (uint64_t c = 0; c < columns; ++c) {
      const auto multiplier = static_cast<int8_t>(bytes[c / kInt4Block]);
      const float step = static_cast<float>(multiplier) * scales[r] / -kMostNegative;
      const int q = multiplier == 0 ? 0 : static_cast<int>(RoundToInt4(row[c] / step));
      bytes[blocks + c / 2] |= static_cast<uint8_t>((q + 8) << (c % 2 == 0 ? 0 : 4));
    }
  }
  ExpandInt4Rows(packed, columns, rows);
}

}  // namespace tsugi
