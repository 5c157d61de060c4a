#ifndef TSUGI_CORE_PARTS_WORD_VECTORS_WORD_VECTORS_H_
#define TSUGI_CORE_PARTS_WORD_VECTORS_WORD_VECTORS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/model/model_view.h"

namespace tsugi {

/// What texts mean: a title, the attributes of an item, a query. Two texts without a common word
/// may still point the same way.
///
///   u(text) = sum_w weight_w row_w / sum_w weight_w      over the distinct known words w
///   m(text) = (u(text) - mean) / |u(text) - mean|
///
/// row_w has a length of about 1. It is stored as m codes, a byte each:
///
///   row_w = codeword[0][code_w0], codeword[1][code_w1] ... one after the other, cut to d numbers
///
/// weight_w is the inverse document frequency of the word in the catalogue; a word of no item
/// weighs as much as one of a single item. `mean` is u averaged over the items of the catalogue.
/// Vectors of words share a direction that says nothing; without subtracting it, texts of any
/// content look alike.
///
/// Source:  the weighted mean of S. Arora, Y. Liang, T. Ma, "A simple but tough-to-beat baseline
///          for sentence embeddings" (ICLR 2017). The codes: H. Jegou, M. Douze, C. Schmid,
///          "Product quantization for nearest neighbor search" (TPAMI 2011); of words and by
///          hashes: A. Joulin et al., "FastText.zip" (2016).
/// Differs: the weight is the inverse document frequency; the common direction is the mean, not the
///          first singular vector.
///
/// A word is a run of word bytes in lower case (ForEachWord). The file has the hash of a word alone
/// (HashWord), so a word that it does not know may pass for another, by chance.
///
/// Threads: one at a time; the class keeps scratch memory.
class WordVectors {
 public:
  /// Borrows the view's memory. Requires: the model has word vectors, view.Validate().ok().
  explicit WordVectors(const ModelView& view);

  size_t count() const { return hashes_.size(); }  ///< n
  size_t width() const { return mean_.size(); }    ///< d

  /// The number of a word, which is in lower case; none if it is not known. O(log n).
  std::optional<uint32_t> Find(std::string_view word) const;

  /// Find, or else the number of the longest beginning of the word that is known, as it stands or
  /// with an "e" at its end: "everlastingly" is read as "everlasting", "destroying" as "destroy",
  /// "organized" as "organize". A beginning has at least four bytes and half of the word's. None
  /// for a word that is not made of ASCII letters alone. O(length log n).
  std::optional<uint32_t> FindLike(std::string_view word) const;

  /// weight_w, of at least 0: how much the word says. Requires: word < count(), as below.
  float Weight(uint32_t word) const {
    return spec_.weight_step * static_cast<float>(weights_[word]);
  }

  /// Writes (row_w - mean) / |row_w - mean| [d]: m of the word alone. False if nothing is left of
  /// it; `direction` is then undefined.
  bool Direction(uint32_t word, std::span<float> direction) const;

  /// Writes cosines[i] = <direction, Direction(words[i])>, 0 for a word without a direction.
  /// direction [d] has length 1. A sum of m entries of a table for each word; the first call looks
  /// at all n words as well. Requires: as many cosines as words.
  void Cosines(std::span<const float> direction, std::span<const uint32_t> words,
               std::span<float> cosines);

  /// Writes m [d] f32, of length 1, of a text and of the values of `attributes` ("field=value").
  /// False if no word is known, or if nothing is left of m; `mean` [d] is then undefined.
  bool Mean(std::string_view text, std::span<const std::string_view> attributes,
            std::span<float> mean);

  /// Writes u [d] f32: the weighted mean alone, from which the mean of a catalogue is made. False
  /// if no word is known; `mean` [d] is then undefined.
  bool PlainMean(std::string_view text, std::span<const std::string_view> attributes,
                 std::span<float> mean);

  /// sum [d] += factor * row_w.
  void AddRow(uint32_t word, float factor, std::span<float> sum) const;

 private:
  std::optional<uint32_t> FindHash(uint32_t hash) const;
  void FindWords(std::string_view text);
  void FillTable(std::span<const float> direction);
  float SumOfTable(uint32_t word) const;

  WordVectorsSpec spec_;
  std::span<const uint32_t> hashes_;          ///< [n]
  std::span<const uint8_t> codes_, weights_;  ///< [n, m], [n]
  std::span<const float> codebooks_, mean_;   ///< [m k, s], [d]
  std::vector<uint32_t> found_;               ///< scratch
  std::vector<float> table_;                  ///< [m, k] scratch of Cosines
  std::vector<float> inverse_lengths_;        ///< [n] 1 / |row - mean| or 0; made when first needed
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_WORD_VECTORS_WORD_VECTORS_H_
