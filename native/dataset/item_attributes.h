#ifndef TSUGI_NATIVE_DATASET_ITEM_ATTRIBUTES_H_
#define TSUGI_NATIVE_DATASET_ITEM_ATTRIBUTES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/model_view.h"

namespace tsugi {

/// What became of one field of the item metadata.
struct AttributeField {
  std::string name;
  uint64_t values = 0;   ///< distinct ones, as far as they were counted
  uint64_t items = 0;    ///< items that have one
  std::string left_out;  ///< why the field gives no attributes; empty if it does
};

/// Attributes of a catalogue, in the layout of ModelView.
struct ItemAttributeTable {
  std::vector<uint64_t> name_offsets;  ///< [A + 1]; this and the next three are empty if A is 0
  std::string name_text;               ///< "field=value" by field, then value
  std::vector<uint32_t> offsets;       ///< [N + 1]
  std::vector<uint32_t> indices;       ///< ascending within an item
  std::vector<AttributeField> fields;  ///< every field seen, by name

  /// Puts the attributes into `view`, which borrows them.
  void ShowIn(ModelView& view) const {
    view.attribute_names = {name_offsets, name_text};
    view.item_attribute_offsets = offsets;
    view.item_attributes = indices;
  }
};

/// Finds what items have in common in their metadata, Dataset::item_metadata(): [N] one JSON object
/// per item, "" without.
///
/// A field gives an attribute per value: text, split at '|' ("Comedy|Drama" are two), a number,
/// true or false, or an array of these. Left out is a field that filters nothing: more than 4096
/// different values, a value of more than 64 bytes (free text), objects inside, or less
/// than two items per value (ids, titles).
ItemAttributeTable BuildItemAttributes(const StringTableView& item_metadata);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_ITEM_ATTRIBUTES_H_
