#ifndef TSUGI_NATIVE_QUANTIZE_QUANTIZE_INT4_H_
#define TSUGI_NATIVE_QUANTIZE_QUANTIZE_INT4_H_

#include <cstdint>
#include <span>

namespace tsugi {

/// Quantises a matrix to the 4-bit rows of model_format/int4_rows.h: a multiplier for 32 columns, a
/// scale for a row. A block's step is the one among 18 (max|w| / 8 times 0.76 to 1.08, of either
/// sign: four bits reach one step further below zero than above) with the smallest squared error.
///
/// Shapes:   weights [R, C] f32; packed [R, Int4RowBytes(C)]; rows [R, C] i8, what the packed ones
///           expand to; scales [R] f32, finite and > 0.
/// Requires: weights are finite; sizes agree; C >= 1.
/// Source:   our own choice of layout; steps of either sign as in llama.cpp's Q4_0 blocks.
void QuantizeInt4Rows(std::span<const float> weights, uint64_t columns, std::span<uint8_t> packed,
                      std::span<int8_t> rows, std::span<float> scales);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_QUANTIZE_QUANTIZE_INT4_H_
