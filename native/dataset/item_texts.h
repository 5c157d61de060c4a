#ifndef TSUGI_NATIVE_DATASET_ITEM_TEXTS_H_
#define TSUGI_NATIVE_DATASET_ITEM_TEXTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "core/model/model_view.h"

namespace tsugi {

/// The titles and attribute values of items.
struct ItemTexts {
  std::vector<std::string> titles;  ///< [N]; "" for items without a title
  /// [N] the attribute values of an item, in the model's order: "Drama", "1999".
  std::vector<std::vector<std::string>> attributes;

  /// Reads titles and attributes from a view of a model or a data set; either may be absent.
  static ItemTexts Read(const ModelView& view);

  /// The title and the attribute values of an item, separated by spaces.
  std::string All(size_t item) const;
  bool empty() const;  ///< whether no item has any text
};

/// Chooses items whose texts the training of a language model never sees, [N]: one in twenty of
/// the items with a title. The tasks with text are scored on them. The choice is the same in every
/// run.
std::vector<bool> HoldOutTexts(const ItemTexts& texts);

/// The words of a text, as ForEachWord splits it.
std::vector<std::string> SplitWords(std::string_view text);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_ITEM_TEXTS_H_
