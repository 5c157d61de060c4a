#include "core/parts/semantic_ids/subword_tokenizer.h"

#include <algorithm>

#include "core/base/text.h"

namespace tsugi {

SubwordTokenizer::SubwordTokenizer(const StringTableView& pieces) : pieces_(pieces) {
  for (size_t i = 0; i < pieces.size(); ++i) longest_ = std::max(longest_, pieces[i].size());
}

std::string SubwordTokenizer::Words(std::string_view text) {
  std::string words;
  ForEachWord(text, [&](std::string_view word) { (words += ' ') += word; });
  return words;
}

size_t SubwordTokenizer::LongestPiece(std::string_view text) const {
  // Tries every length, longest first; pieces are sorted, so each try is a binary search. Queries
  // are short and pieces of a few bytes: a trie would cost memory to save microseconds.
  for (size_t size = std::min(longest_, text.size()); size > 0; --size) {
    const std::string_view wanted = text.substr(0, size);
    size_t low = 0, high = pieces_.size();
    while (low < high) {
      const size_t middle = (low + high) / 2;
      if (pieces_[middle] < wanted) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (low < pieces_.size() && pieces_[low] == wanted) return low;
  }
  return pieces_.size();
}

void SubwordTokenizer::Tokenize(std::string_view text, size_t limit,
                                std::vector<uint32_t>& tokens) const {
  // So much text is enough for the limit, unless nearly all of it is unknown.
  const std::string words = Words(text.substr(0, 64 * (limit + longest_)));
  std::string_view rest = words;
  const size_t end = tokens.size() + limit;
  while (!rest.empty() && tokens.size() < end) {
    const size_t piece = LongestPiece(rest);
    if (piece < pieces_.size()) {
      tokens.push_back(static_cast<uint32_t>(piece));
      rest.remove_prefix(pieces_[piece].size());
    } else {
      rest.remove_prefix(1);
    }
  }
}

std::string SubwordTokenizer::Text(const std::vector<uint32_t>& tokens) const {
  std::string text;
  for (const uint32_t token : tokens) text += pieces_[token];
  return text.starts_with(' ') ? text.substr(1) : text;
}

}  // namespace tsugi
