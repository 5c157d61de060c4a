#ifndef TSUGI_CORE_KERNELS_NORM_H_
#define TSUGI_CORE_KERNELS_NORM_H_

#include <cstddef>

namespace tsugi {

/// The tensors of one layer norm, [width] each. Borrows.
struct NormWeights {
  const float* weight = nullptr;
  const float* bias = nullptr;
  size_t width = 0;
};

/// Added to the variance. The LibTorch twin uses the same number.
inline constexpr float kNormEpsilon = 1e-5f;

/// Normalises each row to mean 0 and variance 1, then scales and shifts it:
/// y = (x - mean) / sqrt(variance + kNormEpsilon) * weight + bias. The variance is the biased one,
/// divided by `width`.
///
/// Shapes: input and output [rows, width] f32; they may be the same memory.
void LayerNorm(const NormWeights& weights, size_t rows, const float* input, float* output);

/// Divides values [width] by max(|values|, 1e-12), where |values| is the Euclidean norm. It has no
/// fast version because it runs only once per hidden vector.
void NormalizeLength(size_t width, float* values);

void LayerNormReference(const NormWeights& weights, size_t rows, const float* input, float* output);

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_NORM_H_
