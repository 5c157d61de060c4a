#ifndef TSUGI_CORE_KERNELS_ACTIVATION_H_
#define TSUGI_CORE_KERNELS_ACTIVATION_H_

#include <cstddef>

namespace tsugi {

/// Gated residual: x[i] += sigmoid(gate[i]) * branch[i], for `count` elements.
/// The fast path's exp is within 2 ulp of std::exp over the range that float can hold.
void AddGated(size_t count, const float* gate, const float* branch, float* x);

/// SwiGLU: output[r, i] = silu(up[r, i]) * up[r, width + i], silu(u) = u * sigmoid(u).
/// Shapes: up [rows, 2 * width], output [rows, width]; no aliasing.
void SwiGlu(size_t rows, size_t width, const float* up, float* output);

/// values[i] = max(values[i], 0).
void Relu(size_t count, float* values);

/// x[i] += branch[i].
void Add(size_t count, const float* branch, float* x);

void AddGatedReference(size_t count, const float* gate, const float* branch, float* x);
void SwiGluReference(size_t rows, size_t width, const float* up, float* output);

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_ACTIVATION_H_
