#ifndef TSUGI_CORE_PARTS_SEMANTIC_IDS_SUBWORD_TOKENIZER_H_
#define TSUGI_CORE_PARTS_SEMANTIC_IDS_SUBWORD_TOKENIZER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/model_view.h"

namespace tsugi {

/// Parts text into sub-words of a fixed list, from left to right, always the longest that fits. The
/// trainer asks the same class, so what a model was trained on is what it is asked with.
///
/// Text is taken as words, as FindItemFeatures takes them: runs of letters, digits and bytes above
/// 127, ASCII letters lower-cased, each with a space before it. A character that no piece begins
/// with is left out: training never saw it.
/// Differs from SentencePiece, which finds the likeliest parting of all: greedy needs no
/// probabilities and no lattice on the device.
class SubwordTokenizer {
 public:
  /// pieces: strictly ascending as bytes; borrowed.
  explicit SubwordTokenizer(const StringTableView& pieces);

  /// Appends the numbers of the pieces of `text` to `tokens`, at most `limit` of them.
  void Tokenize(std::string_view text, size_t limit, std::vector<uint32_t>& tokens) const;

  /// The text of pieces, words parted by one space.
  std::string Text(const std::vector<uint32_t>& tokens) const;

  /// The words of `text`, each with a space before it; what pieces are learnt from.
  static std::string Words(std::string_view text);

 private:
  /// The longest piece that `text` starts with, or the number of pieces.
  size_t LongestPiece(std::string_view text) const;

  StringTableView pieces_;
  size_t longest_ = 0;  ///< bytes
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_SEMANTIC_IDS_SUBWORD_TOKENIZER_H_
