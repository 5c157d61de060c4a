#ifndef TSUGI_CORE_KERNELS_NORM_H_
#define TSUGI_CORE_KERNELS_NORM_H_

#include <cstddef>

namespace tsugi {

/// Tensors of one layer norm, [width] each. Borrows.
struct NormWeights {
  const float* weight = nullptr;
  const float* bias = nullptr;
  size_t width = 0;
};

/// Added to the variance; the same number as in the LibTorch twin.
inline constexpr float kNormEpsilon = 1e-5f;

/// Normalises each row to mean 0 and variance 1 (biased), then scales and shifts:
/// y = (x - mean) / sqrt(variance + kNormEpsilon) * weight + bias.
///
/// Shapes: input, output [rows, width] f32; may be the same memory.
void LayerNorm(const NormWeights& weights, size_t rows, const float* input, float* output);

/// Divides values [width] by max(|values|, 1e-12), the Euclidean norm. Plain, once per hidden
/// vector.
void NormalizeLength(size_t width, float* values);

void LayerNormReference(const NormWeights& weights, size_t rows, const float* input, float* output);

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_NORM_H_
