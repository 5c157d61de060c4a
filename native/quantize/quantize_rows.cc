#include "native/quantize/quantize_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/tensor_view.h"
#include "native/quantize/rounding.h"

namespace tsugi {
namespace {

constexpr int kCandidates = 16;
constexpr float kFactorStep = 0.004f;
constexpr float kMaxQuantized = 127.0f;

float RoundClamped(float scaled) {
  return RoundToEven(std::clamp(scaled, -kMaxQuantized, kMaxQuantized));
}

// Squared error of one row under `scale`; `inverse` is 1 / scale.
float RowError(std::span<const float> row, float scale, float inverse) {
  float sum = 0.0f;
  for (const float w : row) {
    const float difference = w - RoundClamped(w * inverse) * scale;
    sum += difference * difference;
  }
  return sum;
}

// Tries slightly larger scales than max|w| / 127. None clips; each moves all weights of the row
// relative to the grid, and the grid that happens to fit best wins.
float ChooseScale(std::span<const float> row) {
  float maximum = 0.0f;
  for (const float w : row) maximum = std::max(maximum, std::fabs(w));
  if (maximum < kSmallestMaximum) return kZeroRowScale;
  float best_scale = maximum / kMaxQuantized;
  float best_error = RowError(row, best_scale, 1.0f / best_scale);
  for (int i = 1; i < kCandidates; ++i) {
    const float scale = maximum / kMaxQuantized * (1.0f + kFactorStep * static_cast<float>(i));
    const float error = RowError(row, scale, 1.0f / scale);
    if (error < best_error) {
      best_error = error;
      best_scale = scale;
    }
  }
  return best_scale;
}

}  // namespace

void QuantizeRows(std::span<const float> weights, uint64_t columns, std::span<int8_t> quantized,
                  std::span<float> scales) {
  for (size_t r = 0; r < scales.size(); ++r) {
    const auto row = weights.subspan(r * columns, columns);
    const float scale = ChooseScale(row);
    scales[r] = scale;
    for (uint64_t c = 0; c < columns; ++c) {
      // The same product as in RowError: dividing could round a weight to another step than the
      // one whose error was measured.
      quantized[r * columns + c] = static_cast<int8_t>(RoundClamped(row[c] * (1.0f / scale)));
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

}  // namespace tsugi
