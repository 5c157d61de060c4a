#ifndef TSUGI_NATIVE_WORD_VECTORS_WORD_VECTOR_TABLE_H_
#define TSUGI_NATIVE_WORD_VECTORS_WORD_VECTOR_TABLE_H_

#include <cstddef>

#include "core/base/aligned_buffer.h"
#include "core/base/status.h"
#include "core/model/model_view.h"
#include "core/parts/word_vectors/word_vectors_spec.h"
#include "native/dataset/dataset.h"

namespace tsugi {

/// The tensors of the part `word_vectors` (core/parts/word_vectors/word_vectors.h), made of a data
/// set: pure arithmetic, nothing is trained.
struct WordVectorTable {
  WordVectorsSpec spec;
  AlignedBuffer<float> rows;     ///< [n, d] of length 1; a word whose numbers are all 0 keeps them
  AlignedBuffer<float> weights;  ///< [n] log(1 + N / items that have the word, at least 1)
  AlignedBuffer<float> mean;     ///< [d] of PlainMean over the items that have a known word
  StringTableView words;         ///< [n] borrowed from the data set
  size_t known_items = 0;        ///< items that have a known word

  /// Requires: dataset.words() is not empty. The result borrows the data set.
  /// Errors: kOutOfMemory.
  static Result<WordVectorTable> Make(const Dataset& dataset);

  /// What the class WordVectors reads; a view of nothing else, and no model. Borrows this table.
  ModelView View() const;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_WORD_VECTORS_WORD_VECTOR_TABLE_H_
