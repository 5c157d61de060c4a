#ifndef TSUGI_CORE_SEARCH_WORD_MEANING_H_
#define TSUGI_CORE_SEARCH_WORD_MEANING_H_

#include <span>
#include <string_view>

namespace tsugi {

/// Tells a search how near items are to a word in meaning. A part that knows a language implements
/// it. Threads: one at a time.
class WordMeaning {
 public:
  static constexpr float kMostMatch = 0.9f;  ///< less than the match of an equal word

  virtual ~WordMeaning() = default;

  /// Reads the words of the items. Called before each query: items may have been added.
  virtual void ReadItems() = 0;
  /// Writes matches [N, and the added items] f32: how near in meaning the nearest word of each item
  /// is to the word `asked`, from 0 to kMostMatch; most items get 0. False if the meaning of the
  /// word is not known; nothing is written then.
  virtual bool Match(std::string_view asked, std::span<float> matches) = 0;
  /// Whether the language has exactly this word: it is not a typing error then.
  virtual bool Knows(std::string_view word) const = 0;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_SEARCH_WORD_MEANING_H_
