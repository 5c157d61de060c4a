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
#include "native/eval/search/word_index.h"

namespace tsugi {

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
