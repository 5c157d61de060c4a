#ifndef TSUGI_NATIVE_QUANTIZE_QUANTIZE_INT4_H_
#define TSUGI_NATIVE_QUANTIZE_QUANTIZE_INT4_H_

#include <cstdint>
#include <span>

namespace tsugi {

/// Quantises a matrix to the 4-bit rows of model_format/int4_rows.h, which have one multiplier for
/// a block of 32 columns and one scale for a row. The step of a block is the one of 18 candidates
/// with the smallest squared error: max|w| / 8 times 0.76 to 1.08, with either sign, because four
/// bits reach one step further below zero than above it.
///
/// Shapes:   weights [R, C] f32; packed [R, Int4RowBytes(C)]; rows [R, C] i8, the expanded form of
///           `packed`; scales [R] f32, finite and > 0.
/// Requires: weights are finite; sizes agree; C >= 1.
/// Source:   our own choice of layout; steps of either sign as in llama.cpp's Q4_0 blocks.
void QuantizeInt4Rows(std::span<const float> weights, uint64_t columns, std::span<uint8_t> packed,
                      std::span<int8_t> rows, std::span<float> scales);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_QUANTIZE_QUANTIZE_INT4_H_
