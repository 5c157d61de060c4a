#ifndef TSUGI_NATIVE_WORD_VECTORS_WORD_VECTOR_TABLE_H_
#define TSUGI_NATIVE_WORD_VECTORS_WORD_VECTOR_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/model/model_view.h"
#include "core/parts/word_vectors/word_vectors_spec.h"
#include "native/dataset/dataset.h"

namespace tsugi {

/// The tensors of the part `word_vectors` (core/parts/word_vectors/word_vectors.h), made of a data
/// set: pure arithmetic, nothing is trained. The codes are those of the data set, so that a trainer
/// that reads this table reads what the engine will.
struct WordVectorTable {
  WordVectorsSpec spec;
  std::vector<uint32_t> hashes;      ///< [n]
  std::span<const uint8_t> codes;    ///< [n, m] borrowed from the data set
  std::span<const float> codebooks;  ///< [m k, s] borrowed from the data set
  /// [n] log(1 + N / items that have the word, at least 1), in steps of 1/255 of the largest; no
  /// word's is 0.
  std::vector<uint8_t> weights;
  std::vector<float> mean;  ///< [d] of PlainMean over the items that have a known word
  size_t known_items = 0;   ///< items that have a known word

  /// Requires: the data set has words. The result borrows it.
  static WordVectorTable Make(const Dataset& dataset);

  /// What the class WordVectors reads; a view of nothing else, and no model. Borrows this table.
  ModelView View() const;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_WORD_VECTORS_WORD_VECTOR_TABLE_H_
