#include "native/train/config_field.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/text.h"

namespace tsugi::train {
namespace {

// Longest value that a message repeats. It came from a user or a file and may be of any length.
constexpr size_t kLongestText = 60;

/// The shortest decimal that reads back as `value`; whole numbers without an exponent.
/// Below 1e15 a double holds every whole number exactly, so the cast loses nothing.
std::string NumberText(double value) {
  if (value == std::trunc(value) && std::abs(value) < 1e15) {
    return std::to_string(static_cast<int64_t>(value));
  }
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return std::string(text, end);
}

/// Every comparison with NaN is false. So NaN is in no range, and a range whose `special` is NaN
/// has no special value.
bool IsIn(const Range& range, double value) {
  return (value >= range.low && value <= range.high) || value == range.special;
}

std::optional<double> NumberOf(const ConfigValue& value) {
  if (const auto* whole = std::get_if<int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* decimal = std::get_if<double>(&value)) return *decimal;
  return std::nullopt;
}

}  // namespace

// For messages on a terminal: control characters in a value could rewrite the line they stand in.
std::string ToText(const ConfigValue& value) {
  if (const auto* whole = std::get_if<int64_t>(&value)) return std::to_string(*whole);
  if (const auto* decimal = std::get_if<double>(&value)) return NumberText(*decimal);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  std::string text = std::get<std::string>(value);
  if (text.size() > kLongestText) text = text.substr(0, kLongestText - 3) + "...";
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
  return text;
}

ConfigValue Field::Get() const {
  if (const auto* whole = std::get_if<int64_t*>(&value_)) return **whole;
  if (const auto* decimal = std::get_if<double*>(&value_)) return **decimal;
  if (const auto* words = std::get_if<std::string*>(&value_)) return **words;
  const auto& choice = std::get<ChoiceValue>(value_);
  return std::string(choice.names[*choice.index]);
}

// Nothing is changed unless the value is allowed. Numbers are accepted by their value and not by
// their type in TOML: 1 for a decimal key, 2.0 for a whole one.
bool Field::Set(const ConfigValue& value) const {
  if (is_number()) {
    const std::optional<double> number = NumberOf(value);
    if (!number || !IsIn(range_, *number)) return false;
    if (const auto* decimal = std::get_if<double*>(&value_)) return (**decimal = *number), true;
    if (*number != std::trunc(*number)) return false;
    *std::get<int64_t*>(value_) = static_cast<int64_t>(*number);  // ranges end far below 2^53
    return true;
  }
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || text->empty()) return false;
  if (const auto* words = std::get_if<std::string*>(&value_)) return (**words = *text), true;
  const auto& choice = std::get<ChoiceValue>(value_);
  const auto found = std::find(choice.names.begin(), choice.names.end(), *text);
  if (found == choice.names.end()) return false;
  *choice.index = static_cast<uint8_t>(found - choice.names.begin());
  return true;
}

std::string Field::Allowed() const {
  if (is_choice()) {
    const auto& names = std::get<ChoiceValue>(value_).names;
    std::string list(names.front());
    for (size_t i = 1; i < names.size(); ++i) {
      list += Concat(i + 1 < names.size() ? ", " : " or ", names[i]);
    }
    return list;
  }
  if (!is_number()) return std::string(allowed_words_);
  std::string text = Concat(value_.index() == 0 ? "a whole number " : "a number ",
                            range_.unit.empty() ? "" : Concat("of ", range_.unit, " "), "from ",
                            NumberText(range_.low), " to ", NumberText(range_.high));
  if (!std::isnan(range_.special)) {
    text += Concat(", or ", NumberText(range_.special), ": ", range_.special_means);
  }
  return text;
}

Status Field::Refuse(std::string_view key, std::string_view value) const {
  return InvalidArgument(
      Concat(key, " = ", value, " (expected ", Allowed(), "). Try: tsugi train --help-keys"));
}

// A part that derives nothing and adds nothing to the spec need not say so.
Status PartConfig::Resolve(TrainConfig&, const Dataset&) { return Status(); }

void PartConfig::AddTo(ModelSpec&) const {}

}  // namespace tsugi::train
