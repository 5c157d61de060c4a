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
/// row_w has length 1. weight_w is the inverse document frequency of the word in the catalogue; a
/// word of no item weighs as much as one of a single item. `mean` is u averaged over the items of
/// the catalogue. Vectors of words share a direction that says nothing; without subtracting it,
/// texts of any content look alike.
/// Source:  the weighted mean of S. Arora, Y. Liang, T. Ma, "A simple but tough-to-beat baseline
///          for sentence embeddings" (ICLR 2017).
/// Differs: the weight is the inverse document frequency; the common direction is the mean, not the
///          first singular vector.
///
/// A word is a run of word bytes in lower case (ForEachWord). It is known only as it stands: of
/// "dancers" nothing is known if the file has "dancer" alone.
///
/// Threads: one at a time; the class keeps scratch memory.
class WordVectors {
 public:
  /// Borrows the view's memory. Requires: the model has word vectors, view.Validate().ok().
  explicit WordVectors(const ModelView& view);

  size_t count() const { return words_.size(); }  ///< n
  size_t width() const { return mean_.size(); }   ///< d

  /// The number of a word, which is in lower case; none if it is not known. O(log n).
  std::optional<uint32_t> Find(std::string_view word) const;

  /// Writes m [d] f32, of length 1, of a text and of the values of `attributes` ("field=value").
  /// False if no word is known, or if nothing is left of m; `mean` [d] is then undefined.
  bool Mean(std::string_view text, std::span<const std::string_view> attributes,
            std::span<float> mean);

  /// Writes u [d] f32: the weighted mean alone, from which the mean of a catalogue is made. False
  /// if no word is known; `mean` [d] is then undefined.
  bool PlainMean(std::string_view text, std::span<const std::string_view> attributes,
                 std::span<float> mean);

 private:
  void FindWords(std::string_view text);

  StringTableView words_;                  ///< [n]
  StoredRows rows_;                        ///< [n, d]
  std::span<const float> weights_, mean_;  ///< [n], [d]
  std::vector<uint32_t> found_;            ///< scratch
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_WORD_VECTORS_WORD_VECTORS_H_
