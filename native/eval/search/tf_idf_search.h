#ifndef TSUGI_NATIVE_EVAL_SEARCH_TF_IDF_SEARCH_H_
#define TSUGI_NATIVE_EVAL_SEARCH_TF_IDF_SEARCH_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/kernels/top_k.h"
#include "core/model/model_view.h"

namespace tsugi {

/// The words of titles and of attribute values, as ForEachWord splits them, and who has them.
struct WordIndex {
  /// A word and the items that have it, ascending.
  using Items = std::map<std::string, std::vector<uint32_t>, std::less<>>;

  std::vector<std::vector<std::string>> titles;      ///< [N] in the order of the title
  std::vector<std::vector<std::string>> attributes;  ///< [N] of all values of an item
  Items in_titles, in_attributes;
  /// Items with a title whose texts no training has read, ascending: one in twenty. A model that
  /// learns nothing from texts is asked for the same ones.
  std::vector<uint32_t> held_out;

  static WordIndex Read(const ModelView& model);

  /// Whether a title or an attribute value has the word.
  bool Has(std::string_view word) const {
    return in_titles.contains(word) || in_attributes.contains(word);
  }
};

/// Search by the cosine of TF-IDF word vectors: the classical method to compare with. It reads all
/// titles and attribute values, also of texts that a model has not read, which favours it.
class TfIdfSearch {
 public:
  explicit TfIdfSearch(const WordIndex& words);

  /// The at most `count` items that have a word of the text, best first, without those of
  /// `left_out`, which is ascending.
  std::vector<uint32_t> Best(std::string_view text, size_t count,
                             std::span<const uint32_t> left_out = {}) const;

 private:
  /// The inverse document frequency of a word that `items` items have.
  double Idf(size_t items) const;

  std::vector<double> lengths_;  ///< [N] squared
  std::map<std::string, std::vector<ScoredItem>, std::less<>> postings_;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_SEARCH_TF_IDF_SEARCH_H_
