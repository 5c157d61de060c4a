#ifndef TSUGI_NATIVE_EVAL_SEARCH_WORD_INDEX_H_
#define TSUGI_NATIVE_EVAL_SEARCH_WORD_INDEX_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

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

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_SEARCH_WORD_INDEX_H_
