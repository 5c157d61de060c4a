#ifndef TSUGI_NATIVE_TRAIN_CONFIG_TOML_H_
#define TSUGI_NATIVE_TRAIN_CONFIG_TOML_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "native/train/config_field.h"

namespace tsugi::train {

/// One key as somebody wrote it, before it is known whether there is such a key.
struct ConfigSetting {
  std::string where = {};  ///< stands before the key in messages: "c.toml:3: ", "--set "
  std::string key = {};    ///< with its section: "imagine.steps"
  std::optional<ConfigValue> value = {};  ///< none: a list, a date or a table
  std::string typed = {};                 ///< of --set: the value's text, for keys that take words
  bool is_table = false;                  ///< the head of a section, without a value

  std::string Text() const;  ///< the value for people
};

/// The keys of a TOML text and the heads of its tables. Errors: kInvalidArgument with path and
/// line.
Result<std::vector<ConfigSetting>> ReadToml(std::string_view text, std::string_view path);

/// "key=value" of --set. A value that is no TOML by itself is a word, so `loss=gbce` works.
/// Errors: kInvalidArgument where key, value or "=" is missing.
Result<ConfigSetting> ReadSetting(std::string_view text);

/// A named configuration: a file of native/train/presets/, built in.
struct Preset {
  std::string_view name;
  std::string_view text;  ///< TOML
};
std::span<const Preset> Presets();

/// TOML with keys in alphabetical order, at the top level and in each section.
std::string WriteToml(const std::vector<ConfigSetting>& settings);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_CONFIG_TOML_H_
