#ifndef TSUGI_CORE_KERNELS_LINEAR_REFERENCE_H_
#define TSUGI_CORE_KERNELS_LINEAR_REFERENCE_H_

#include "core/kernels/linear.h"

namespace tsugi {

/// Quantises input [rows, width] f32 to output [rows, width] i8, each row over its own range
/// [min(0, lowest), max(0, highest)]: q = clamp(round(x * 255 / range) + zero_point).
/// Parity: the same bits as XNNPACK's f32 -> qd8 conversion.
void QuantizeRowsReference(size_t rows, size_t width, const float* input, int8_t* output,
                           RowQuantization* quantization);

/// The plain dense layer, f32 or i8 according to `weights.weight.dtype`. It defines the result of
/// Linear::Run.
void LinearReference(const LinearWeights& weights, const LinearRows& input, float* output);

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_LINEAR_REFERENCE_H_
