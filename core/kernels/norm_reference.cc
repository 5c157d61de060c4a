#include <algorithm>
#include <cmath>

#include "core/kernels/norm.h"

namespace tsugi {

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

}  // namespace tsugi
