#ifndef TSUGI_CORE_SEARCH_WORD_MATCH_H_
#define TSUGI_CORE_SEARCH_WORD_MATCH_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "core/items/added_items.h"
#include "core/model/model_view.h"

namespace tsugi {

/// How well a word of a query matches a word of an item, both in lower case: 1 if they are equal,
/// less if the item's word begins with it (the less, the longer it goes on) or differs by one
/// typing error (a byte too many, too few, wrong, or two swapped; only in words of four bytes or
/// more whose first byte is right), 0 otherwise. Letters beyond ASCII are several bytes, so some of
/// their errors are missed.
float MatchOfWords(std::string_view asked, std::string_view word, bool may_be_mistyped = true);

/// Finds a word of a query in titles and attribute values, so that a visitor who names an item gets
/// it, whatever the model has learnt. Words are split by ForEachWord.
///
/// There is no index: a word costs one pass over the titles, about a millisecond a megabyte.
class WordMatch {
 public:
  /// Requires: view.Validate().ok(). Borrows both.
  WordMatch(const ModelView& view, const AddedItems& added) : view_(view), added_(&added) {}

  /// Writes matches [N, and the added items] f32: how well each item contains the word, which is in
  /// lower case: the best of MatchOfWords, and up to a tenth more in a title or attribute value
  /// with few other words. Added items that `viewer` does not see get 0. Returns how many items
  /// match.
  size_t Match(std::string_view asked, ItemOwner viewer, bool may_be_mistyped,
               std::span<float> matches) const;

 private:
  struct Asked {
    std::string_view word;
    bool may_be_mistyped;
  };
  static float MatchText(const Asked& asked, std::string_view text);
  static float MatchLines(const Asked& asked, std::string_view lines);
  void MatchTitles(const Asked& asked, std::span<float> matches) const;
  void MatchAttributes(const Asked& asked, std::span<float> matches) const;

  struct View {
    explicit View(const ModelView& view)
        : titles(view.item_titles()),
          attribute_names(view.attribute_names()),
          attribute_offsets(view.item_attribute_offsets),
          attributes(view.item_attributes) {}
    StringTableView titles, attribute_names;
    std::span<const uint32_t> attribute_offsets, attributes;
  } view_;
  const AddedItems* added_;
};

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

#endif  // TSUGI_CORE_SEARCH_WORD_MATCH_H_
