#include "core/kernels/linear_reference.h"

#include <algorithm>
#include <cmath>

#include "core/base/numbers.h"

namespace tsugi {
namespace {

constexpr float kQuantizedMin = -128.0f;
constexpr float kQuantizedMax = 127.0f;

struct RowRange {
  float multiplier;  ///< 1 / scale
  float zero_point;  ///< an integer
};

// Chooses the scale and the zero point of one row. The range always includes 0, so that 0 is
// represented exactly. The exact zero point lies between two integers: counted from either end of
// the range it rounds differently, and the end with the smaller error is taken. Follows XNNPACK's
// f32 -> qd8 conversion operation by operation; any other order of the same formula would give
// other last bits.
RowRange ChooseRange(const float* row, size_t width) {
  const auto [lowest, highest] = std::minmax_element(row, row + width);
  const float low = std::min(0.0f, *lowest);
  const float high = std::max(0.0f, *highest);
  const float multiplier = low == high ? 1.0f : (kQuantizedMax - kQuantizedMin) / (high - low);
  const float low_error = kQuantizedMin + low * multiplier;
  const float high_error = kQuantizedMax + high * multiplier;
  const float zero_point = low_error + high_error > 0.0f ? kQuantizedMin - low * multiplier
                                                         : kQuantizedMax - high * multiplier;
  return {multiplier, std::nearbyint(std::clamp(zero_point, kQuantizedMin, kQuantizedMax))};
}

float DotF32(const float* a, const float* b, size_t width) {
  float sum = 0.0f;
  for (size_t i = 0; i < width; ++i) sum += a[i] * b[i];
  return sum;
}

// |a - zero_point| <= 255 and |b| <= 127, so int32 holds sums over any width up to 66,311.
int32_t DotI8(const int8_t* a, int32_t zero_point, const int8_t* b, size_t width) {
  int32_t sum = 0;
  for (size_t i = 0; i < width; ++i) sum += (a[i] - zero_point) * b[i];
  return sum;
}

}  // namespace

void QuantizeRowsReference(size_t rows, size_t width, const float* input, int8_t* output,
                           RowQuantization* quantization) {
  for (size_t r = 0; r < rows; ++r) {
    const float* row = input + r * width;
    const RowRange range = ChooseRange(row, width);
    for (size_t i = 0; i < width; ++i) {
      // Clamped before rounding, as XNNPACK does: afterwards a value could round out of the range.
      const float scaled = std::clamp(row[i] * range.multiplier, kQuantizedMin - range.zero_point,
                                      kQuantizedMax - range.zero_point);
      output[r * width + i] = SaturatingCast<int8_t>(std::nearbyint(scaled) + range.zero_point);
    }
    quantization[r] = {SaturatingCast<int32_t>(range.zero_point), 1.0f / range.multiplier};
  }
}

void LinearReference(const LinearWeights& weights, const LinearRows& input, float* output) {
  const size_t outputs = weights.weight.shape.rows();
  const size_t width = weights.weight.shape.columns();
  const bool is_i8 = weights.weight.dtype == DType::kI8;
  for (size_t r = 0; r < input.rows; ++r) {
    for (size_t o = 0; o < outputs; ++o) {
      float value;
      if (is_i8) {
        const RowQuantization& row = input.quantization[r];
        const int32_t sum = DotI8(input.quantized + r * width, row.zero_point,
                                  weights.weight.as<int8_t>().data() + o * width, width);
        // Same order as XNNPACK: activation scale first, then weight scale, then bias.
        value = static_cast<float>(sum) * row.scale * weights.scales[o];
      } else {
        value =
            DotF32(input.values + r * width, weights.weight.as<float>().data() + o * width, width);
      }
      output[r * outputs + o] = value + weights.bias[o];
    }
  }
}

}  // namespace tsugi
