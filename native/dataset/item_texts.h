#ifndef TSUGI_NATIVE_DATASET_ITEM_TEXTS_H_
#define TSUGI_NATIVE_DATASET_ITEM_TEXTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/model_view.h"
#include "native/dataset/interned_strings.h"
#include "native/dataset/item_attributes.h"

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

/// What the items of a catalogue say of themselves: titles, and the attributes that ship.
class CatalogueTexts {
 public:
  /// Borrows both tables; either may be empty.
  CatalogueTexts(const StringTableView& titles, const StringTableView& metadata);

  size_t item_count() const { return item_count_; }
  /// "" if the items have no titles.
  std::string_view Title(size_t item) const;
  /// "field=value" each. Valid until the next call.
  const std::vector<std::string_view>& Attributes(size_t item);

 private:
  StringTableView titles_;
  size_t item_count_;
  ItemAttributeTable table_;
  std::vector<std::string_view> attributes_;
};

/// The distinct words (ForEachWord) of titles and attribute values.
class CatalogueWords {
 public:
  explicit CatalogueWords(CatalogueTexts& texts);

  size_t size() const { return words_.size(); }
  /// How many items have the word, 0 if none.
  uint32_t ItemCount(std::string_view word) const;

 private:
  InternedStrings words_;
  std::vector<uint32_t> word_items_;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_ITEM_TEXTS_H_
