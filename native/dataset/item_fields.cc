#include "native/dataset/item_fields.h"

#include <algorithm>

#include "native/log/column_names.h"

namespace tsugi {
namespace {

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Missing in JSON lines, and an empty field of CSV.
bool IsEmpty(std::string_view value) { return value == "null" || value == "\"\""; }

// The name that a key stands for: "Gr\u00f6\u00dfe" is written as Python does by default.
std::string NameOf(std::string_view key) {
  if (key.find('\\') == std::string_view::npos) return std::string(key);
  std::string name;
  AppendJsonText("\"" + std::string(key) + "\"", name);
  return name;
}

bool IsNestedElement(std::string_view value) {
  return value.starts_with('{') || value.starts_with('[');
}

// An object, or a list with one, also written as text in a cell, unless it holds a name and its key
// alone. Lists in lists are not looked into: they may be very deep.
bool IsNested(std::string_view value) {
  std::vector<std::string> names;
  if (value.starts_with("\"[{") || value.starts_with("\"{")) {
    std::string text;
    AppendJsonText(value, text);
    return IsObjectText(text) && !ReadNames(PythonListToJson(text), names);
  }
  if (ReadNames(value, names)) return false;
  if (!value.starts_with('[')) return value.starts_with('{');
  std::vector<std::string_view> elements;
  return SplitJsonArray(value, elements) &&
         std::any_of(elements.begin(), elements.end(), IsNestedElement);
}

std::string_view Find(const std::vector<JsonMember>& members, std::string_view key) {
  for (const JsonMember& member : members) {
    if (member.key == key) return member.value;
  }
  return "null";
}

}  // namespace

// One column of persons makes the whole file a log, whose other columns may be the event's, too.
ItemFields::ItemFields(const EventColumns& columns, const std::vector<std::string>& all,
                       const std::optional<std::vector<std::string>>& chosen,
                       const std::vector<std::string>& without)
    : columns_(columns), all_(all), chosen_(chosen), without_(without) {
  for (const std::string& name : all_) {
    is_log_ = is_log_ || IsOfPerson(name);
    fields_[name];
  }
}

// A misspelt name is an error. If it were ignored, the field that it was to leave out would ship.
Status ItemFields::Check(const std::string& file) const {
  std::vector<std::string> asked = chosen_.value_or(std::vector<std::string>());
  asked.insert(asked.end(), without_.begin(), without_.end());
  for (const std::string& name : asked) {
    if (Contains(all_, name)) continue;
    std::string list;
    for (const std::string& field : all_) list += (list.empty() ? "" : ", ") + field;
    return InvalidArgument(file + ": no field \"" + name + "\" (fields: " + list +
                           "). Try: --item-fields with names from this list");
  }
  if (chosen_ && !columns_.user.empty() && Contains(*chosen_, columns_.user)) {
    return InvalidArgument("--item-fields " + columns_.user +
                           ": is the log's user column, and nothing of a person ships with a " +
                           "model. Try: --item-fields with fields of the item");
  }
  return {};
}

// Values are compared as text: one writer spells equal values alike, and a wrong "differs" only
// leaves a field out.
void ItemFields::AddFirst(std::string_view row) {
  if (!SplitJsonObject(row, members_)) return;
  for (const JsonMember& member : members_) {
    const bool is_nested = IsNested(member.value);
    if (!is_log_ && !is_nested) continue;  // only in a log does it matter whether a field varies
    Field& field = fields_[NameOf(member.key)];
    field.is_nested = field.is_nested || is_nested;
    if (!field.first_value) {
      field.first_value = member.value;
    } else {
      field.varies = field.varies || *field.first_value != member.value;
    }
  }
}

// Two rows of one item by two users are the only proof that there is: a field that is equal in both
// is the item's, unless it is equal in every row of the file.
void ItemFields::AddAnother(std::string_view first, std::string_view row) {
  if (!SplitJsonObject(first, members_) || !SplitJsonObject(row, others_)) return;
  const bool is_of_another = std::any_of(members_.begin(), members_.end(), [&](const auto& member) {
    return IsOfPerson(NameOf(member.key)) && member.value != Find(others_, member.key);
  });
  if (is_of_another && proof_ != first) {
    proof_ = first;
    ++proofs_;
  }
  const auto compare = [&](std::string_view key, std::string_view a, std::string_view b) {
    // In a catalogue a missing value says nothing; in a log it is one that the event did not have.
    if (a == b || (!is_log_ && (IsEmpty(a) || IsEmpty(b)))) return;
    Field& field = fields_[NameOf(key)];
    field.differs = field.varies = true;
  };
  for (const JsonMember& member : members_) {
    compare(member.key, member.value, Find(others_, member.key));
  }
  for (const JsonMember& member : others_) {
    compare(member.key, Find(members_, member.key), member.value);
  }
}

// What was guessed before the values were known no longer holds.
void ItemFields::AddUserField(std::string_view name) {
  fields_.find(name)->second.is_user = true;
  is_log_ = true;
  if (!is_title_named_) title_.clear();
}

bool ItemFields::IsOfPerson(std::string_view name) const {
  return IsUserName(name) || IsSessionName(name) || (!name.empty() && name == columns_.user);
}

bool ItemFields::IsChosen(std::string_view name) const {
  return chosen_ && Contains(*chosen_, name);
}

// In the order of certainty: the log's user never ships, not even if it is chosen. Then the user's
// choice counts, then names, and values last.
std::string ItemFields::ReasonAgainst(std::string_view name) const {
  if (!columns_.user.empty() && name == columns_.user) return "the log's user column";
  if (IsChosen(name)) return {};
  const auto found = fields_.find(name);
  if (found != fields_.end() && found->second.is_user) return "holds users of the log";
  // What names the item is known to be the item's.
  if (name == columns_.item) return {};
  if (chosen_) return "not in --item-fields";
  if (Contains(without_, name)) return "--without-fields";
  for (const auto& [column, what] :
       {std::pair(columns_.time, "time"), std::pair(columns_.action, "action"),
        std::pair(columns_.value, "value"), std::pair(columns_.order, "order")}) {
    if (!column.empty() && name == column) return std::string("the log's ") + what + " column";
  }
  if (IsUserName(name)) return "the name of a user column";
  if (IsSessionName(name)) return "the name of a session column";
  if (found == fields_.end()) return {};
  if (found->second.is_nested) return "nested objects, which may hold anything";
  if (!title_.empty() && name == title_) return {};
  if (found->second.differs) return "differs between rows of one item, so it is the event's";
  if (!is_log_) return {};
  if (proofs_ < kProofs) {
    return "in a log, and too few items have rows of two users that would show whose it is";
  }
  return found->second.varies ? "" : "the same in every row";
}

std::vector<LeftOutField> ItemFields::LeftOut() const {
  std::vector<LeftOutField> left_out;
  for (const std::string& name : all_) {
    std::string reason = ReasonAgainst(name);
    if (!reason.empty()) left_out.push_back({name, std::move(reason)});
  }
  return left_out;
}

// Members are copied as text, so numbers keep their digits.
std::string ItemFields::Shipping(std::string_view row) const {
  std::vector<JsonMember> members;
  if (!SplitJsonObject(row, members)) return std::string(row);
  const auto ships = [&](const JsonMember& member) { return Ships(NameOf(member.key)); };
  if (std::all_of(members.begin(), members.end(), ships)) return std::string(row);
  std::string json = "{";
  for (const JsonMember& member : members) {
    if (!ships(member)) continue;
    if (json.size() > 1) json += ',';
    json += '"' + std::string(member.key) + "\":" + std::string(member.value);
  }
  return json + "}";
}

}  // namespace tsugi
