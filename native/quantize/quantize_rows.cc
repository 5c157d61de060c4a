#include "native/quantize/quantize_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/base/tensor_view.h"
#include "model_format/int4_rows.h"

namespace tsugi {
namespace {

// Rows and blocks whose largest weight is smaller count as zeros: 1 / scale would overflow.
constexpr float kSmallestMaximum = 1e-30f;
constexpr float kMaxInt8 = 127.0f;
constexpr float kMostNegative = -8.0f, kMostPositive = 7.0f;  // of four bits

// Rounds to an integer, ties to even: after adding 1.5 * 2^23 a float has no bits below 1. Unlike
// std::nearbyint, compilers vectorise it.
// Requires: |x| < 2^22; compiled without fused or reordered float arithmetic.
float RoundToEven(float x) {
  constexpr float kRounder = 12582912.0f;
  return (x + kRounder) - kRounder;
}

float RoundToInt8(float steps) { return RoundToEven(std::clamp(steps, -kMaxInt8, kMaxInt8)); }
float RoundToInt4(float steps) {
  return RoundToEven(std::clamp(steps, kMostNegative, kMostPositive));
}

float LargestOf(std::span<const float> weights) {
  float largest = 0.0f;
  for (const float w : weights) largest = std::max(largest, std::fabs(w));
  return largest;
}

// The one of `count` candidates for a step that leaves the smallest squared error, the first of
// equal ones.
template <typename Candidate, typename Round>
float BestStep(std::span<const float> weights, int count, const Candidate& candidate,
               const Round& round) {
  float best_step = 0.0f, best_error = 0.0f;
  for (int i = 0; i < count; ++i) {
    const float step = candidate(i), inverse = 1.0f / step;
    float error = 0.0f;
    for (const float w : weights) {
      const float difference = w - round(w * inverse) * step;
      error += difference * difference;
    }
    if (i > 0 && !(error < best_error)) continue;
    best_error = error;
    best_step = step;
  }
  return best_step;
}

// Tries slightly larger scales than max|w| / 127. None clips; each moves all weights of the row
// relative to the grid, and the grid that happens to fit best wins.
float ChooseScale(std::span<const float> row) {
  constexpr int kCandidates = 16;
  constexpr float kFactorStep = 0.004f;
  const float maximum = LargestOf(row);
  if (maximum < kSmallestMaximum) return kZeroRowScale;
  const auto candidate = [maximum](int i) {
    return maximum / kMaxInt8 * (1.0f + kFactorStep * static_cast<float>(i));
  };
  return BestStep(row, kCandidates, candidate, RoundToInt8);
}

// Returns 0 for a block of zeros. A negative step turns the range [-8, 7] round, so that the
// largest weight of either sign can sit at the end with 8 steps. Factors below 1 clip the largest
// weight and serve the others better.
float ChooseStep(std::span<const float> block) {
  constexpr int kCandidates = 9;  // for each sign
  constexpr float kLeastFactor = 0.76f, kFactorStep = 0.04f;
  const float maximum = LargestOf(block);
  if (maximum < kSmallestMaximum) return 0.0f;
  const auto candidate = [maximum](int i) {
    const float factor = kLeastFactor + kFactorStep * static_cast<float>(i / 2);
    return (i % 2 == 0 ? maximum : -maximum) / -kMostNegative * factor;
  };
  return BestStep(block, 2 * kCandidates, candidate, RoundToInt4);
}

}  // namespace

void QuantizeRows(std::span<const float> weights, uint64_t columns, std::span<int8_t> quantized,
                  std::span<float> scales) {
  for (size_t r = 0; r < scales.size(); ++r) {
    const auto row = weights.subspan(r * columns, columns);
    const float scale = ChooseScale(row);
    scales[r] = scale;
    for (uint64_t c = 0; c < columns; ++c) {
      // The same product as in BestStep: dividing could round a weight to another step than the
      // one whose error was measured.
      quantized[r * columns + c] = static_cast<int8_t>(RoundToInt8(row[c] * (1.0f / scale)));
    }
  }
}

QuantizationError MeasureError(std::span<const float> weights, uint64_t columns,
                               std::span<const int8_t> quantized, std::span<const float> scales) {
  QuantizationError error;
  double signal = 0;
  double noise = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    // In double: the errors are tiny compared with the weights whose squares are summed with them.
    const double w = weights[i];
    const double difference = w - double{scales[i / columns]} * quantized[i];
    error.max_absolute = std::max(error.max_absolute, std::fabs(difference));
    signal += w * w;
    noise += difference * difference;
  }
  error.rms_relative = signal > 0 ? std::sqrt(noise / signal) : 0.0;
  error.sqnr_db =
      noise > 0 ? 10.0 * std::log10(signal / noise) : std::numeric_limits<double>::infinity();
  return error;
}

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
