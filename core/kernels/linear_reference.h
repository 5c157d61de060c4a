#ifndef TSUGI_CORE_KERNELS_LINEAR_REFERENCE_H_
#define TSUGI_CORE_KERNELS_LINEAR_REFERENCE_H_

#include "core/kernels/linear.h"

namespace tsugi {

/// Quantises each row of input [rows, width] f32 to output [rows, width] i8 over its own range
/// [min(0, lowest), max(0, highest)]: q = clamp(round(x * 255 / range) + zero_point).
/// Source: XNNPACK's f32 -> qd8 conversion, bit for bit.
void QuantizeRowsReference(size_t rows, size_t width, const float* input, int8_t* output,
                           RowQuantization* quantization);

/// The plain dense layer, f32 or i8 by `weights.weight.dtype`. Defines what Linear computes.
void LinearReference(const LinearWeights& weights, const LinearRows& input, float* output);

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_LINEAR_REFERENCE_H_
