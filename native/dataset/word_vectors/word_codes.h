#ifndef TSUGI_NATIVE_DATASET_WORD_VECTORS_WORD_CODES_H_
#define TSUGI_NATIVE_DATASET_WORD_VECTORS_WORD_CODES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/parts/word_vectors/word_vectors_spec.h"

namespace tsugi {

/// The sizes of the part `word_vectors` for that many words of that many numbers: a code for each
/// five numbers, at most kMostWordCodes. The weights' step is left open.
/// Requires: both are at least 1.
WordVectorsSpec WordCodeSizes(size_t count, size_t width);

/// What the part takes in a model file: its tensors, the ends of their segments and their names.
size_t WordPartBytes(const WordVectorsSpec& sizes);

/// Takes from the rows [n, width] what all words have in common: the mean, and the direction in
/// which the rest varies most, one for each begun hundred numbers (none below 32 numbers, where
/// that would be too much of a word). What is left gets length 1. Rows of zeros say nothing: they
/// do not count and stay. Numbers of any size are allowed. Equal input gives equal results. Source:
/// J. Mu, P. Viswanath, "All-but-the-top" (ICLR 2018), algorithm 1. Differs: rows end with length
/// 1; the directions come from a power iteration over a sample.
void TakeCommonAway(std::span<float> rows, size_t width);

/// Rows as codes; the layout is that of the part (core/parts/word_vectors/word_vectors_spec.h).
struct WordCodes {
  std::vector<uint8_t> codes;    ///< [n, m]
  std::vector<float> codebooks;  ///< [m k, s]
};

/// Product quantisation: k-means for each code by itself, over a sample of the rows. Up to 256
/// rows are their own codewords, without an error. Equal input gives equal results.
/// Source: H. Jegou, M. Douze, C. Schmid, "Product quantization for nearest neighbor search" (TPAMI
///         2011).
/// Requires: rows [sizes.count, sizes.width], all finite.
WordCodes EncodeWords(std::span<const float> rows, const WordVectorsSpec& sizes);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_WORD_VECTORS_WORD_CODES_H_
