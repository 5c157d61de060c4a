// The plain kernels, which define the results. Each has its contract in the header of its name.
#include <algorithm>
#include <cmath>

#include "core/base/numbers.h"
#include "core/kernels/attention.h"
#include "core/kernels/linear.h"
#include "core/kernels/rowwise.h"
#include "core/kernels/scan_block.h"

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

// For x below about -88 exp overflows to infinity and the result is 0, as it should be.
float Sigmoid(float x) { return 1.0f / (1.0f + std::exp(-x)); }

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

// At most kMaxCodeCount entries of at most kMaxCodeEntry: the sum fits in 16 bits.
uint16_t SumCodes(const CodeScan& scan, size_t item) {
  const size_t row = item % kCodeBlockItems;
  const uint8_t* block = scan.codes + item / kCodeBlockItems * scan.code_count * kCodewords;
  uint16_t sum = 0;
  for (size_t j = 0; j < scan.code_count; ++j) {
    const uint8_t pair = block[j * kCodewords + row % 16];
    sum = static_cast<uint16_t>(sum +
                                scan.tables[j * kCodewords + (row < 16 ? pair & 15 : pair >> 4)]);
  }
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

void LayerNormReference(const NormWeights& weights, size_t rows, const float* input,
                        float* output) {
  const size_t width = weights.width;
  for (size_t r = 0; r < rows; ++r) {
    const float* x = input + r * width;
    float* y = output + r * width;
    float sum = 0.0f;
    for (size_t i = 0; i < width; ++i) sum += x[i];
    const float mean = sum / static_cast<float>(width);
    // Two passes: the shorter formula E[x^2] - mean^2 cancels badly when the mean is large.
    float squares = 0.0f;
    for (size_t i = 0; i < width; ++i) squares += (x[i] - mean) * (x[i] - mean);
    const float inverse = 1.0f / std::sqrt(squares / static_cast<float>(width) + kNormEpsilon);
    for (size_t i = 0; i < width; ++i) {
      y[i] = (x[i] - mean) * inverse * weights.weight[i] + weights.bias[i];
    }
  }
}

void NormalizeLength(size_t width, float* values) {
  float squares = 0.0f;
  for (size_t i = 0; i < width; ++i) squares += values[i] * values[i];
  // The lower bound keeps a vector of zeros at zero instead of making it NaN.
  const float length = std::max(std::sqrt(squares), 1e-12f);
  for (size_t i = 0; i < width; ++i) values[i] /= length;
}

void AddGatedReference(size_t count, const float* gate, const float* branch, float* x) {
  for (size_t i = 0; i < count; ++i) x[i] += Sigmoid(gate[i]) * branch[i];
}

void SwiGluReference(size_t rows, size_t width, const float* up, float* output) {
  for (size_t r = 0; r < rows; ++r) {
    const float* u = up + r * 2 * width;
    for (size_t i = 0; i < width; ++i) {
      output[r * width + i] = u[i] * Sigmoid(u[i]) * u[width + i];
    }
  }
}

// Compilers vectorise these two loops as they are written, so they have no second version.
void Relu(size_t count, float* values) {
  for (size_t i = 0; i < count; ++i) values[i] = values[i] > 0.0f ? values[i] : 0.0f;
}

void Add(size_t count, const float* branch, float* x) {
  for (size_t i = 0; i < count; ++i) x[i] += branch[i];
}

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

// The order of the two float products is part of the contract: every other kernel rounds in the
// same order, so i8 scores have the same bits on all instruction sets.
uint64_t ScoreI8Reference(const ScanBlock& block, float threshold, float* scores) {
  const auto* row = static_cast<const int8_t*>(block.rows);
  const auto* query = static_cast<const int16_t*>(block.query);
  uint64_t above = 0;
  for (size_t r = 0; r < block.count; ++r, row += block.width) {
    int32_t sum = 0;  // exact: ScanQuery limits the query so that it cannot overflow
    for (size_t d = 0; d < block.width; ++d) sum += row[d] * query[d];
    scores[r] = static_cast<float>(sum) * block.scales[r] * block.factor;
    above |= static_cast<uint64_t>(scores[r] > threshold) << r;
  }
  return above;
}

void ScoreItemsI8Reference(const ScanBlock& table, const uint32_t* items, size_t count,
                           float* scores) {
  ScanBlock row = table;
  row.count = 1;
  for (size_t i = 0; i < count; ++i) {
    row.rows = static_cast<const int8_t*>(table.rows) + items[i] * table.width;
    row.scales = table.scales + items[i];
    ScoreI8Reference(row, 0.0f, scores + i);
  }
}

// f32 sums depend on the order of additions, so other kernels agree within a tolerance only.
uint64_t ScoreF32Reference(const ScanBlock& block, float threshold, float* scores) {
  const auto* row = static_cast<const float*>(block.rows);
  const auto* query = static_cast<const float*>(block.query);
  uint64_t above = 0;
  for (size_t r = 0; r < block.count; ++r, row += block.width) {
    float sum = 0.0f;
    for (size_t d = 0; d < block.width; ++d) sum += row[d] * query[d];
    scores[r] = sum * block.factor;
    above |= static_cast<uint64_t>(scores[r] > threshold) << r;
  }
  return above;
}

size_t FindCodesReference(const CodeScan& scan, size_t first, uint16_t limit, uint64_t* bits,
                          uint16_t* sums) {
  for (size_t word = first; word < scan.word_count; ++word) {
    const uint64_t allowed = scan.Allowed(word);
    *bits = 0;
    for (size_t i = 0; i < kCodeWordItems; ++i) {
      if (((allowed >> i) & 1) == 0) continue;
      sums[i] = SumCodes(scan, word * kCodeWordItems + i);
      *bits |= static_cast<uint64_t>(sums[i] >= limit) << i;
    }
    // A word without a hit is skipped inside the kernel: the caller is entered only for words that
    // have something to collect.
    if (*bits != 0) return word;
  }
  return scan.word_count;
}

}  // namespace tsugi
