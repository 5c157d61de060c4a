#ifndef TSUGI_CORE_KERNELS_ACTIVATION_H_
#define TSUGI_CORE_KERNELS_ACTIVATION_H_

#include <cstddef>

namespace tsugi {

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

void AddGatedReference(size_t count, const float* gate, const float* branch, float* x);
void SwiGluReference(size_t rows, size_t width, const float* up, float* output);

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_ACTIVATION_H_
