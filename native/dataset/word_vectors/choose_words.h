#ifndef TSUGI_NATIVE_DATASET_WORD_VECTORS_CHOOSE_WORDS_H_
#define TSUGI_NATIVE_DATASET_WORD_VECTORS_CHOOSE_WORDS_H_

#include "core/base/status.h"
#include "native/dataset/dataset_arrays.h"
#include "native/dataset/import.h"

namespace tsugi {

/// What the part `word_vectors` takes in a model file at most (WordPartBytes, word_codes.h), unless
/// the user says how many words to keep.
inline constexpr size_t kMostWordBytes = 1'000'000;

/// Reads the file options.words and fills the arrays of words and stats.words. Kept are words that
/// could be asked for: runs of word bytes (ForEachWord), in lower case. Of words that differ in
/// case alone, or have one hash (HashWord), the most frequent one counts.
///
/// The vectors of the kept words become codes (word_codes.h): training reads what the device will
/// read.
///
/// With options.words_kept: every word of the catalogue that the file has, and that many of the
/// file's most frequent words. Without: what fits into kMostWordBytes. Half of that goes to the
/// catalogue's words, first those that most items have, and the rest to the most frequent words of
/// the file, because people ask for what no title says. What one half leaves over, the other gets.
///
/// Requires: arrays holds titles and metadata. Memory: a few times that of the words kept.
/// Errors: those of ReadWordFile; kInvalidArgument if no item has a word, for a file without a word
///         that could be asked for, and for more than kMostWordRows words.
Status AddWords(const ImportOptions& options, DatasetArrays& arrays, ImportStats& stats);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_WORD_VECTORS_CHOOSE_WORDS_H_
