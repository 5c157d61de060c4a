#ifndef TSUGI_NATIVE_DATASET_ITEM_ATTRIBUTES_H_
#define TSUGI_NATIVE_DATASET_ITEM_ATTRIBUTES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/model_view.h"

namespace tsugi {

/// A field of the item metadata, and whether it became attributes.
struct AttributeField {
  std::string name;
  uint64_t values = 0;    ///< number of distinct values; 0 if counting stopped
  uint64_t items = 0;     ///< number of items that have the field
  uint64_t bytes = 0;     ///< what it takes in a model file, names and lists
  std::string separator;  ///< what the texts were split at; "" if they were not
  std::string left_out;   ///< why the field gives no attributes; empty if it does
};

/// The attributes of a catalogue, in the layout of ModelView. Without any attribute all but
/// `fields` is empty.
struct ItemAttributeTable {
  std::vector<uint64_t> name_offsets;  ///< [A + 1]
  std::string name_text;               ///< "field=value", sorted by field, then value
  std::vector<uint32_t> offsets;       ///< [N + 1]
  std::vector<uint32_t> indices;       ///< ascending within an item
  std::vector<AttributeField> fields;  ///< every field seen, by name

  /// Sets the attributes of `view`, which borrows them.
  void ShowIn(ModelView& view) const {
    view.SetStrings(kAttributeStrings, {name_offsets, name_text});
    view.item_attribute_offsets = offsets;
    view.item_attributes = indices;
  }
};

/// Extracts attributes from the metadata of a catalogue, [N] JSON objects as in
/// Dataset::item_metadata(); "" for an item without metadata.
///
/// Every value of a field becomes an attribute "field=value". A value is a text, a number, true or
/// false, or an element of an array of these. A text is split at '|' ("Comedy|Drama" are two
/// values), as a list ("['Comedy', 'Drama']"), and at ',' or ';' if the parts recur much more than
/// the texts do. Values of more than 64 bytes are left out. Fields that are useless as filters are
/// left out as a whole: those with more than 4096 distinct values, with long values in more than a
/// tenth of the places (free text), with nested objects, or with fewer than two items per value on
/// average (ids, titles).
ItemAttributeTable BuildItemAttributes(const StringTableView& item_metadata);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_ITEM_ATTRIBUTES_H_
