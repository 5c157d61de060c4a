#include "native/train/config_toml.h"

#include <sstream>
#include <toml++/toml.hpp>

#include "core/base/concat.h"

namespace tsugi::train {
namespace {

std::optional<ConfigValue> ValueOf(const toml::node& node) {
  if (const auto* whole = node.as_integer()) return ConfigValue(whole->get());
  if (const auto* decimal = node.as_floating_point()) return ConfigValue(decimal->get());
  if (const auto* flag = node.as_boolean()) return ConfigValue(flag->get());
  if (const auto* text = node.as_string()) return ConfigValue(text->get());
  return std::nullopt;
}

// As deep as the text, which the parser bounds.
void Flatten(const toml::table& table, const std::string& prefix, std::string_view path,
             std::vector<ConfigSetting>& settings) {
  for (const auto& [name, node] : table) {
    ConfigSetting setting;
    setting.where = Concat(path, ":", node.source().begin.line, ": ");
    setting.key = Concat(prefix, name.str());
    setting.value = ValueOf(node);
    setting.is_table = node.is_table();
    settings.push_back(setting);
    if (node.is_table()) Flatten(*node.as_table(), setting.key + ".", path, settings);
  }
}

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::string ConfigSetting::Text() const {
  if (!typed.empty()) return ToText(typed);
  return value ? ToText(*value) : is_table ? "a table" : "a list or a date";
}

Result<std::vector<ConfigSetting>> ReadToml(std::string_view text, std::string_view path) {
  std::vector<ConfigSetting> settings;
  try {
    Flatten(toml::parse(text), "", path, settings);
  } catch (const toml::parse_error& error) {
    return InvalidArgument(Concat(path, ":", error.source().begin.line, ": ", error.description()));
  }
  return settings;
}

Result<ConfigSetting> ReadSetting(std::string_view text) {
  const size_t equals = text.find('=');
  const std::string_view key = Trim(text.substr(0, equals));
  const std::string_view value = equals == text.npos ? "" : Trim(text.substr(equals + 1));
  if (key.empty() || value.empty()) {
    return InvalidArgument(
        Concat("--set ", ToText(std::string(text)), ": expected key=value. Try: --set width=128"));
  }
  ConfigSetting setting{.where = "--set ", .key = std::string(key), .typed = std::string(value)};
  setting.value = setting.typed;
  try {
    const toml::table table = toml::parse(Concat("value = ", value));
    // A value with a line break could hold further keys.
    const auto parsed = table.size() == 1 ? ValueOf(*table.get("value")) : std::nullopt;
    if (parsed) setting.value = parsed;
  } catch (const toml::parse_error&) {
    // A word without quotes.
  }
  return setting;
}

std::string WriteToml(const std::vector<ConfigSetting>& settings) {
  toml::table table;
  for (const ConfigSetting& setting : settings) {
    const size_t dot = setting.key.find('.');
    toml::table* section = &table;
    if (dot != std::string::npos) {
      const auto place = table.insert(setting.key.substr(0, dot), toml::table()).first;
      section = place->second.as_table();
    }
    const std::string name = dot == std::string::npos ? setting.key : setting.key.substr(dot + 1);
    std::visit([&](const auto& value) { section->insert(name, value); }, *setting.value);
  }
  std::ostringstream text;
  text << table << '\n';
  return text.str();
}

}  // namespace tsugi::train
