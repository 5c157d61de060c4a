#ifndef TSUGI_CORE_PARTS_SEMANTIC_IDS_SUBWORD_TOKENIZER_H_
#define TSUGI_CORE_PARTS_SEMANTIC_IDS_SUBWORD_TOKENIZER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/model_view.h"

namespace tsugi {

/// Splits text into sub-words of a fixed list, from left to right, always taking the longest that
/// fits. The trainer calls the same class, so a model is asked with the tokens it was trained on.
///
/// Text is read as words, as in FindItemFeatures: runs of letters, digits and bytes above 127,
/// ASCII letters in lower case, each with a space before it. A character that no piece begins with
/// is skipped, because training never saw it. Differs: SentencePiece finds the most likely split;
/// the greedy one needs neither probabilities nor a lattice on the device.
class SubwordTokenizer {
 public:
  /// pieces: strictly ascending as bytes; borrowed.
  explicit SubwordTokenizer(const StringTableView& pieces);

  /// Appends the numbers of the pieces of `text` to `tokens`, at most `limit` of them.
  void Tokenize(std::string_view text, size_t limit, std::vector<uint32_t>& tokens) const;

  /// The text of pieces, with one space between words.
  std::string Text(const std::vector<uint32_t>& tokens) const;

  /// The words of `text`, each with a space before it. Pieces are learnt from these.
  static std::string Words(std::string_view text);

 private:
  /// The longest piece that `text` starts with, or the number of pieces.
  size_t LongestPiece(std::string_view text) const;

  StringTableView pieces_;
  size_t longest_ = 0;  ///< bytes
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_SEMANTIC_IDS_SUBWORD_TOKENIZER_H_
