#include "native/dataset/item_attributes.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "native/log/json_row.h"

namespace tsugi {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxValues = 4096;
constexpr size_t kMaxValueBytes = 64;
constexpr double kFreeTextShare = 0.1;  // of the values, above which long ones show free text

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// The items that have each value of a field, for one way to take its texts apart.
struct Values {
  std::map<std::string, std::vector<uint32_t>, std::less<>> items_of;  ///< ascending item_index
  uint64_t long_count = 0, count = 0;
  bool has_too_many = false;

  void Add(uint32_t item, std::string_view value) {
    value = Trimmed(value);
    if (value.empty() || has_too_many) return;
    ++count;
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    if (value.size() > kMaxValueBytes || std::any_of(value.begin(), value.end(), is_control)) {
      ++long_count;
      return;
    }
    auto found = items_of.find(value);
    if (found == items_of.end()) found = items_of.emplace(value, std::vector<uint32_t>()).first;
    if (found->second.empty() || found->second.back() != item) found->second.push_back(item);
    if (items_of.size() <= kMaxValues) return;
    has_too_many = true;
    items_of.clear();
  }
  std::string Fault() const {
    if (has_too_many) return "more than 4096 values";
    const bool is_free_text =
        static_cast<double>(long_count) > kFreeTextShare * static_cast<double>(count);
    return is_free_text ? "free text" : "";
  }
};

// The ways to take a text apart: at `|`, which hardly stands for anything else, and at one of these
// besides, which many names hold: "Doe, John".
constexpr std::string_view kSeparators[] = {"", ",", ";", "/", ">"};

// Whether a text is a list: ['Drama', "War"], [27, 9], a set {'Drama'}, PostgreSQL's {Drama,War}, a
// tuple ('Drama', 'War'). (no genres listed) is none.
bool IsListText(std::string_view text) {
  if (text.size() < 2) return false;
  const char first = text.front(), last = text.back();
  if (first == '[') return last == ']';
  const bool is_quoted = text[1] == '"' || text[1] == '\'';
  if (first == '(') return last == ')' && is_quoted;
  return first == '{' && last == '}' && !IsObjectText(text);
}

// The elements of a list that was written as text; empty if it is no list.
std::vector<std::string_view> ListElements(std::string_view text) {
  std::vector<std::string_view> elements;
  if (!IsListText(text)) return elements;
  text = text.substr(1, text.size() - 2);
  for (size_t i = 0; i < text.size();) {
    while (i < text.size() && (text[i] == ' ' || text[i] == ',')) ++i;
    if (i == text.size()) break;
    const bool is_quoted = text[i] == '"' || text[i] == '\'';
    const char end_mark = is_quoted ? text[i++] : ',';
    const size_t end = std::min(text.find(end_mark, i), text.size());
    elements.push_back(text.substr(i, end - i));
    i = end + 1;
  }
  return elements;
}

// One field of the metadata, while the items are read.
struct FieldValues {
  Values splits[std::size(kSeparators)];  ///< by kSeparators
  std::vector<uint32_t> whole;            ///< by item: a hash of the whole text, 0 = none
  bool has_separator[std::size(kSeparators)] = {};
  uint64_t item_count = 0;
  std::string left_out;
  bool is_list_text = false;

  // Adds the parts of a text, the elements of an array, or a number.
  void AddAll(uint32_t item, const Json& value) {
    if (value.is_array()) {
      for (const Json& element : value) AddAll(item, element);
    } else if (value.is_object()) {
      AddObjects(item, value.dump());
    } else if (value.is_string()) {
      AddText(item, value.get_ref<const std::string&>());
    } else if (!value.is_null()) {
      AddPart(item, value.dump());
    }
  }

  // Of objects the names alone are of use: [{'id': 16, 'name': 'Animation'}].
  void AddObjects(uint32_t item, std::string_view json) {
    std::vector<std::string> names;
    if (!ReadNames(json, names)) left_out = "nested objects";
    for (const std::string& name : names) AddPart(item, name);
  }

  void AddText(uint32_t item, std::string_view text) {
    if (IsObjectText(text)) return AddObjects(item, PythonListToJson(text));
    const std::vector<std::string_view> elements = ListElements(text);
    is_list_text = is_list_text || !elements.empty();
    for (const std::string_view element : elements) AddPart(item, element);
    if (!elements.empty()) return;
    if (whole.size() <= item) whole.resize(item + size_t{1});
    whole[item] = static_cast<uint32_t>(std::hash<std::string_view>()(text)) | 1u;
    for (size_t s = 0; s < std::size(kSeparators); ++s) {
      const std::string marks = "|" + std::string(kSeparators[s]);
      has_separator[s] = has_separator[s] || text.find(kSeparators[s]) != std::string_view::npos;
      for (size_t begin = 0; begin <= text.size();) {
        const size_t end = std::min(text.find_first_of(marks, begin), text.size());
        splits[s].Add(item, text.substr(begin, end - begin));
        begin = end + 1;
      }
    }
  }
  void AddPart(uint32_t item, std::string_view value) {
    for (Values& split : splits) split.Add(item, value);
  }

  // The number of parts that occur in two different texts.
  size_t CountShared(const Values& values) const {
    size_t shared = 0;
    for (const auto& [value, items] : values.items_of) {
      const auto whole_of = [&](uint32_t item) { return item < whole.size() ? whole[item] : 0; };
      shared += std::any_of(items.begin(), items.end(), [&](uint32_t item) {
        return whole_of(item) != whole_of(items.front());
      });
    }
    return shared;
  }

  // The split to use: that of a separator whose parts recur much more than the whole texts do.
  // There are fewer of them, and most stand in several texts: in a list of genres, and not in
  // "Doe, John" or "Paris, France".
  size_t BestSplit() const {
    for (size_t s = 1; s < std::size(kSeparators); ++s) {
      const Values& parts = splits[s];
      if (!has_separator[s] || !parts.Fault().empty() || parts.items_of.empty()) continue;
      const bool is_fewer =
          splits[0].has_too_many || parts.items_of.size() <= splits[0].items_of.size();
      if (is_fewer && 2 * CountShared(parts) > parts.items_of.size()) return s;
    }
    return 0;
  }

  // Settles the split and whether the field is of use as a filter.
  Values Settle(std::string& separator) {
    const size_t split = BestSplit();
    Values values = std::move(splits[split]);
    for (Values& other : splits) other = {};
    if (left_out.empty()) left_out = values.Fault();
    separator = split > 0 ? kSeparators[split] : is_list_text ? "[ , ]" : "";
    // A field whose values belong to fewer than two items on average: an id, a title, a price.
    size_t carried = 0;
    for (const auto& [value, items] : values.items_of) carried += items.size();
    if (left_out.empty() && carried < 2 * values.items_of.size()) {
      left_out = "few items share a value";
    }
    return values;
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
        field.left_out = "a field name must not be empty or contain '='";
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
    AttributeField& summary = table.fields.emplace_back();
    const Values values = field.Settle(summary.separator);
    summary.name = name;
    summary.values = values.items_of.size();
    summary.items = field.item_count;
    summary.left_out = field.left_out;
    if (!field.left_out.empty()) continue;
    for (const auto& [value, items] : values.items_of) {
      // The name and its place, and a number for each item that has it.
      summary.bytes += name.size() + 1 + value.size() + sizeof(uint64_t) + 4 * items.size();
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
