#ifndef TSUGI_CORE_PARTS_SEMANTIC_IDS_WORD_MATCH_H_
#define TSUGI_CORE_PARTS_SEMANTIC_IDS_WORD_MATCH_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/items/added_items.h"
#include "core/model/model_view.h"

namespace tsugi {

/// How a word of a query fits a word of an item: 1 if it is the same, less if it begins it or
/// differs by one typing error (a letter too many, too few, another, or two swapped; from four
/// letters on, the first one right), 0 otherwise. Both in lower case.
float MatchOfWords(std::string_view asked, std::string_view word);

/// What the words of a query find in titles and attribute values themselves, so that who names an
/// item gets it, whatever a model has learnt. Words are those of SubwordTokenizer.
///
/// No index: a query reads the titles once a word, about a millisecond a megabyte.
class WordMatch {
 public:
  static constexpr size_t kMostWords = 8;  ///< of a query; those behind are not looked for

  /// Requires: view.Validate().ok(). Borrows both.
  WordMatch(const ModelView& view, const AddedItems& added) : view_(view), added_(&added) {}

  /// shares [N, and the items that were added]: how much of the query is found in each, 0 to 1 by
  /// the words' rarity (1 + ln(items / items that have it)), and up to a tenth more the fewer other
  /// words its title has.
  void Score(std::string_view query, std::span<float> shares);

 private:
  void MatchTitles(std::string_view asked, const StringTableView& titles, std::span<float> matches);
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
