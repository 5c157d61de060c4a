#ifndef TSUGI_CORE_PARTS_SEMANTIC_IDS_WORD_MATCH_H_
#define TSUGI_CORE_PARTS_SEMANTIC_IDS_WORD_MATCH_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/items/added_items.h"
#include "core/model/model_view.h"

namespace tsugi {

/// How well a word of a query matches a word of an item: 1 if they are equal, less if the item's
/// word begins with it or differs by one typing error (a letter too many, too few, wrong, or two
/// swapped; only in words of four letters or more whose first letter is right), 0 otherwise. Both
/// are in lower case.
float MatchOfWords(std::string_view asked, std::string_view word);

/// Finds the words of a query in titles and attribute values, so that a visitor who names an item
/// gets it, whatever the model has learnt. Words are split as by SubwordTokenizer.
///
/// There is no index: every word of a query costs one pass over the titles, about a millisecond a
/// megabyte.
class WordMatch {
 public:
  static constexpr size_t kMostWords = 8;  ///< of a query; later words are ignored

  /// Requires: view.Validate().ok(). Borrows both.
  WordMatch(const ModelView& view, const AddedItems& added) : view_(view), added_(&added) {}

  /// shares [N, and the added items] f32: how much of the query each item contains, from 0 to 1.
  /// Words count by their rarity, 1 + ln(items / items that have the word). A title with few other
  /// words gets up to a tenth more.
  /// Added items that `viewer` does not see get 0 and have no effect.
  void Score(std::string_view query, ItemOwner viewer, std::span<float> shares);

 private:
  void MatchTitles(std::string_view asked, std::span<float> matches) const;
  void MatchAttributes(std::string_view asked, std::span<float> matches) const;

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
  std::vector<float> matches_;  ///< scratch, of one word
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_SEMANTIC_IDS_WORD_MATCH_H_
