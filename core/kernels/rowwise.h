#ifndef TSUGI_CORE_KERNELS_ROWWISE_H_
#define TSUGI_CORE_KERNELS_ROWWISE_H_

#include <cstddef>

namespace tsugi {

// What happens to each row by itself, between dense layers and attention: norms, gates,
// activations.

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

/// Gated residual: x[i] += sigmoid(gate[i]) * branch[i], for `count` elements.
/// Parity: the fast path computes exp within 2 ulp of std::exp wherever the result is a normal
/// float.
void AddGated(size_t count, const float* gate, const float* branch, float* x);

/// SwiGLU: output[r, i] = silu(up[r, i]) * up[r, width + i] with silu(u) = u * sigmoid(u).
/// Shapes: up [rows, 2 * width] f32, output [rows, width] f32; they must not overlap.
/// Source: Shazeer, GLU Variants Improve Transformer (arXiv 2002.05202).
void SwiGlu(size_t rows, size_t width, const float* up, float* output);

/// values[i] = max(values[i], 0).
void Relu(size_t count, float* values);

/// x[i] += branch[i].
void Add(size_t count, const float* branch, float* x);

void LayerNormReference(const NormWeights& weights, size_t rows, const float* input, float* output);
void AddGatedReference(size_t count, const float* gate, const float* branch, float* x);
void SwiGluReference(size_t rows, size_t width, const float* up, float* output);

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_ROWWISE_H_
