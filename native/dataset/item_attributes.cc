#include "native/dataset/item_attributes.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace tsugi {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxValues = 4096;
constexpr size_t kMaxValueBytes = 64;

// The values of one field, while the items are read.
struct FieldValues {
  std::map<std::string, std::vector<uint32_t>> items_of_value;  ///< ascending item_index
  uint64_t item_count = 0;
  std::string left_out;

  // Forgets the values as well: a dropped field of free text would hold most of the metadata.
  void Drop(const char* reason) {
    left_out = reason;
    items_of_value.clear();
  }
  void Add(uint32_t item, std::string_view value) {
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
    if (value.empty() || !left_out.empty()) return;
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    if (value.size() > kMaxValueBytes || std::any_of(value.begin(), value.end(), is_control)) {
      return Drop("free text");
    }
    auto& items = items_of_value[std::string(value)];
    if (items.empty() || items.back() != item) items.push_back(item);
    if (items_of_value.size() > kMaxValues) Drop("more than 4096 values");
  }
  // Adds the parts of a text, the elements of an array, or a number.
  void AddAll(uint32_t item, const Json& value) {
    if (value.is_array()) {
      for (const Json& element : value) AddAll(item, element);
    } else if (value.is_object()) {
      Drop("nested objects");
    } else if (value.is_string()) {
      const auto& text = value.get_ref<const std::string&>();
      for (size_t begin = 0; begin <= text.size();) {
        const size_t end = std::min(text.find('|', begin), text.size());
        Add(item, std::string_view(text).substr(begin, end - begin));
        begin = end + 1;
      }
    } else if (!value.is_null()) {
      Add(item, value.dump());
    }
  }
  // Drops a field whose values belong to fewer than two items on average: an id, a title, a price.
  void DropUnlessShared() {
    size_t carried = 0;
    for (const auto& [value, items] : items_of_value) carried += items.size();
    if (left_out.empty() && carried < 2 * items_of_value.size()) Drop("few items share a value");
  }
};

using Fields = std::map<std::string, FieldValues>;

Fields ReadFields(const StringTableView& item_metadata) {
  Fields fields;
  for (size_t item = 0; item < item_metadata.size(); ++item) {
    const Json row = Json::parse(item_metadata[item], nullptr, /*allow_exceptions=*/false);
    if (!row.is_object()) continue;
    for (const auto& [name, value] : row.items()) {
      // An empty value says no more than a missing one and does not count as "has the field".
      if (value.is_null() || value == "") continue;
      FieldValues& field = fields[name];
      ++field.item_count;
      if (!field.left_out.empty()) continue;
      if (name.empty() || name.find('=') != std::string::npos) {
        field.Drop("a field name must not be empty or contain '='");
      } else {
        field.AddAll(static_cast<uint32_t>(item), value);
      }
    }
  }
  return fields;
}

}  // namespace

ItemAttributeTable BuildItemAttributes(const StringTableView& item_metadata) {
  ItemAttributeTable table;
  // Both maps are sorted, so attributes get their numbers by field, then value, and the list of an
  // item is ascending without sorting.
  Fields fields = ReadFields(item_metadata);
  // The fields list items by value; a model wants attributes by item. This turns one into the
  // other.
  std::vector<std::vector<uint32_t>> attributes_of(item_metadata.size());
  uint32_t attribute = 0;
  for (auto& [name, field] : fields) {
    const size_t value_count = field.items_of_value.size();
    field.DropUnlessShared();
    table.fields.push_back({name, value_count, field.item_count, field.left_out});
    for (const auto& [value, items] : field.items_of_value) {
      if (table.name_offsets.empty()) table.name_offsets.push_back(0);
      table.name_text += name + "=" + value;
      table.name_offsets.push_back(table.name_text.size());
      for (const uint32_t item : items) attributes_of[item].push_back(attribute);
      ++attribute;
    }
  }
  if (attribute == 0) return table;
  table.offsets.push_back(0);
  for (const auto& list : attributes_of) {
    table.indices.insert(table.indices.end(), list.begin(), list.end());
    table.offsets.push_back(static_cast<uint32_t>(table.indices.size()));
  }
  return table;
}

}  // namespace tsugi
