#ifndef TSUGI_CORE_PARTS_WORD_VECTORS_MEANING_MATCH_H_
#define TSUGI_CORE_PARTS_WORD_VECTORS_MEANING_MATCH_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/items/added_items.h"
#include "core/items/attribute_filter.h"
#include "core/parts/word_vectors/word_vectors.h"
#include "core/search/word_match.h"

namespace tsugi {

/// Compares what a word of a query means with what the words of items mean, so that a query finds
/// items that hold none of its words. From the first query on it keeps 4 bytes for each known word
/// of a title or an attribute, and 8 bytes for each word of the vectors. Threads: one at a time.
class MeaningMatch final : public WordMeaning {
 public:
  /// Requires: the model has word vectors, view.Validate().ok(). Borrows both.
  MeaningMatch(const ModelView& view, const AddedItems& added);

  void ReadItems() override;
  bool Match(std::string_view asked, std::span<float> matches) override;
  bool Knows(std::string_view word) const override { return vectors_.Find(word).has_value(); }

 private:
  /// Lists of word numbers, one after the other.
  struct WordLists {
    std::vector<uint32_t> words, ends = {0};
    void End() { ends.push_back(static_cast<uint32_t>(words.size())); }
    std::span<const uint32_t> operator[](size_t i) const {
      return std::span(words).subspan(ends[i], ends[i + 1] - ends[i]);
    }
  };

  void ReadFile();
  /// Adds the known words of a text to the last list, which is still open.
  void Append(std::string_view text, WordLists& lists) const;
  /// near_ = the cosine of direction_ with each of these words.
  void Compare(std::span<const uint32_t> words);
  /// The largest of near_ over the words.
  float Nearest(std::span<const uint32_t> words) const;

  const AddedItems& added_;
  WordVectors vectors_;
  StringTableView titles_, attribute_names_;
  ItemAttributes attributes_;
  size_t item_count_;  ///< N, of the file
  WordLists title_words_, attribute_words_, added_words_;
  std::vector<uint32_t> used_;  ///< words of the file's items, ascending, each once
  // Scratch.
  std::vector<float> direction_;       ///< [d]
  std::vector<float> near_, cosines_;  ///< [n], of some words
  std::vector<float> of_attribute_;    ///< [A]
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_WORD_VECTORS_MEANING_MATCH_H_
