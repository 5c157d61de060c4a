#include "native/train/train_config.h"

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <toml++/toml.hpp>

#include "core/base/text.h"

namespace tsugi::train {
namespace {

/// Range::special of a number that 0, or -1, leaves to ResolveConfig.
constexpr double kUnset = 0.0, kUnsetBelow = -1.0;

std::vector<Field> ModelFields(TrainConfig& c) {
  return {
      {"block", &c.block, "kind of the encoder's blocks"},
      {"width", &c.width, {4, 4096, {}, kUnset}, "width of the encoder, a multiple of heads"},
      {"layers", &c.layers, {1, 64, {}, kUnset}, "layers of the item encoder"},
      {"heads", &c.heads, {1, 4096, {}, kUnset}, "attention heads of a layer"},
      {"feed_forward", &c.feed_forward, {4, 16384, {}, kUnset}, "width of the feed-forward layers"},
      {"window", &c.window, {1, 16384, "events", kUnset}, "most past events the encoder reads"},
      {"scoring", &c.scoring, "how the session's vector is compared with item rows"},
      {"temperature", &c.temperature, {0.001, 100, {}, kUnset}, "divides the cosine for the score"},
      {"time_gap", &c.time_gap,
       "reads the time since the event before; auto: if a part asks for it"},
      {"actions", &c.actions, "reads the action of an event; auto: if the log has actions"},
      {"values", &c.values, "reads the value of an event; auto: if the log has values"},
      {"projection_width",
       &c.projection_width,
       {0, 4096, {}, kUnsetBelow, "half the width"},
       "width of item rows; 0: as wide as the encoder"},
  };
}

std::vector<Field> ObjectiveFields(TrainConfig& c) {
  return {
      {"loss", &c.loss, "loss over the items; auto: sampled for large catalogues"},
      {"negatives", &c.negatives, {1, 1 << 28, "items", kUnset}, "negatives that a batch shares"},
      {"proposal", &c.proposal, "draws negatives evenly, or by how often training sees them"},
      {"logq", &c.logq, "corrects sampled scores by the proposal; auto: for popularity"},
      {"diffusion_negatives", &c.diffusion_negatives, "adds negatives made by diffusion"},
      {"label_smoothing", &c.label_smoothing, {0, 0.99}, "share of a target spread over all items"},
      {"gbce_calibration", &c.gbce_calibration, {0, 1}, "calibration t of the loss gbce"},
      {"value_weight", &c.value_weight, "weighs an event by its value; the log must have values"},
      {"targets", &c.targets, "trains on the next item, or on the set of items that follow"},
      {"set_size", &c.set_size, {1, 256, "items"}, "most items of a set of targets"},
      {"half_life_s",
       &c.half_life_s,
       {0, 4294967295, "seconds", kUnsetBelow},
       "time after which an item of a set counts half"},
      {"half_life_events",
       &c.half_life_events,
       {0, 1e6, "events"},
       "the same in events, where times are unknown"},
  };
}

std::vector<Field> OptimiserFields(TrainConfig& c) {
  constexpr Range kDropout = {0, 0.95, {}, kUnsetBelow};
  constexpr Range kDecay = {0, 10, {}, kUnsetBelow};
  return {
      {"dropout", &c.dropout, kDropout, "dropout of the residual branches"},
      {"input_dropout", &c.input_dropout, kDropout, "dropout of the encoder's input"},
      {"learning_rate", &c.learning_rate, {1e-9, 10, {}, kUnset}, "of AdamW, after the warm-up"},
      {"weight_decay", &c.weight_decay, kDecay, "of AdamW, on matrices"},
      {"item_weight_decay", &c.item_weight_decay, kDecay, "of AdamW, on the item table"},
      {"warmup_steps", &c.warmup_steps, {0, 1e9, "steps"}, "length of the linear warm-up"},
      {"clip_norm", &c.clip_norm, {1e-6, 1e9}, "scales gradients with a larger norm down to it"},
      {"batch_tokens", &c.batch_tokens, {1, 1 << 24, "events", kUnset}, "of a step and process"},
      {"workers",
       &c.workers,
       {1, 1024, "threads", kUnset, "the processor's cores"},
       "threads that share a batch; results depend on their number"},
      {"ema_decay",
       &c.ema_decay,
       {0, 1, {}, kUnsetBelow},
       "decay of the average of weights that is validated and exported; 0: no average"},
  };
}

std::vector<Field> LengthFields(TrainConfig& c) {
  return {
      {"max_epochs", &c.max_epochs, {1, 1e6, "epochs", kUnset}, "most epochs"},
      {"patience", &c.patience, {1, 1e6, "epochs", kUnset}, "stops after so many without a gain"},
      {"max_minutes",
       &c.max_minutes,
       {0.001, 525600, "minutes", 0, "no limit"},
       "starts no further epoch after this time"},
      {"max_valid_cases", &c.max_valid_cases, {1, 1e9, "cases"}, "most validation cases, drawn"},
      {"refit", &c.refit,
       "trains again on train and validation; auto: unless the split is leave-one-out"},
  };
}

/// One key as somebody wrote it, before it is known whether there is such a key.
struct ConfigSetting {
  std::string where = {};  ///< stands before the key in messages: "c.toml:3: ", "--set "
  std::string key = {};    ///< with its section: "imagine.steps"
  std::optional<ConfigValue> value = {};  ///< none: a list, a date or a table
  std::string typed = {};                 ///< of --set: the value's text, for keys that take words
  bool is_table = false;                  ///< the head of a section, without a value

  /// The value for people.
  std::string Text() const {
    if (!typed.empty()) return ToText(typed);
    return value ? ToText(*value) : is_table ? "a table" : "a list or a date";
  }
};

std::optional<ConfigValue> ValueOf(const toml::node& node) {
  if (const auto* whole = node.as_integer()) return ConfigValue(whole->get());
  if (const auto* decimal = node.as_floating_point()) return ConfigValue(decimal->get());
  if (const auto* flag = node.as_boolean()) return ConfigValue(flag->get());
  if (const auto* text = node.as_string()) return ConfigValue(text->get());
  return std::nullopt;
}

// As deep as the text, which the parser bounds.
// Keeps the line of every key, so that a message about a wrong value can name its place in the
// file.
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

/// Each part of a key a.b.c is a table, and tables in tables are read and freed by recursion. The
/// parser bounds brackets and braces, but not these. Errors: kInvalidArgument with the line.
Status CheckDepth(std::string_view text, std::string_view path) {
  constexpr size_t kMostParts = 64;
  size_t parts = 1, line = 1;
  char before = '\0';  // the last character that is no blank
  for (const char c : text) {
    if (c == ' ' || c == '\t') continue;
    const bool is_end = std::string_view("=,[]{}\n").find(c) != std::string_view::npos;
    if (is_end || (c == '.' && before == '.')) parts = 1;  // no key holds two dots in a row
    if (c == '.' && before != '.' && ++parts > kMostParts) {
      return InvalidArgument(
          Concat(path, ":", line, ": a key of more than ", kMostParts,
                 " parts (a.b.c has 3). Try: a key that tsugi train --help-keys ", "lists"));
    }
    if (c == '\n') ++line;
    before = c;
  }
  return {};
}

/// The keys of a TOML text and the heads of its tables. Errors: kInvalidArgument with path and
/// line.
Result<std::vector<ConfigSetting>> ReadToml(std::string_view text, std::string_view path) {
  TSUGI_RETURN_IF_ERROR(CheckDepth(text, path));
  std::vector<ConfigSetting> settings;
  try {
    Flatten(toml::parse(text), "", path, settings);
  } catch (const toml::parse_error& error) {
    std::string reason(error.description());  // may quote bytes of the file
    std::ranges::replace_if(
        reason, [](char c) { return static_cast<uint8_t>(c) < ' '; }, '?');
    return InvalidArgument(Concat(path, ":", error.source().begin.line, ": ", reason));
  }
  return settings;
}

/// "key=value" of --set. A value that is no TOML by itself is a word, so `loss=gbce` works.
/// Errors: kInvalidArgument where key, value or "=" is missing.
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
  TSUGI_RETURN_IF_ERROR(CheckDepth(value, "--set"));
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

/// TOML with keys in alphabetical order, at the top level and in each section.
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

/// The nearest key to one that is not known, as it would be set.
/// Compares with the full spelling and with the key alone, because users forget sections. The edit
/// distance takes O(n m) and the text came from a user, so it is cut first.
std::string SuggestKey(std::string key, const std::vector<ConfigSection>& sections) {
  constexpr size_t kLongestKey = 64;
  key.resize(std::min(key.size(), kLongestKey));
  std::string nearest;
  size_t least = static_cast<size_t>(-1);
  const auto consider = [&](std::string_view spelling, const ConfigSection& section,
                            const Field& field) {
    const size_t distance = EditDistance(key, spelling);
    if (distance >= least) return;
    least = distance;
    nearest = Concat(KeyOf(section, field), " (", field.Allowed(), ")");
  };
  for (const ConfigSection& section : sections) {
    for (const Field& field : section.fields) {
      consider(KeyOf(section, field), section, field);
      consider(field.name(), section, field);
    }
    // A word of a section's name means the section.
    const bool is_section = key.size() > 3 && section.name.find(key) != std::string_view::npos;
    if (is_section) consider(key, section, section.fields.front());
    if (!section.name.empty()) consider(section.name, section, section.fields.front());
  }
  return nearest;
}

/// Errors: kInvalidArgument with the nearest section if the setting's is not known.
Status CheckSection(const std::vector<ConfigSection>& sections, const ConfigSetting& setting) {
  const auto is_it = [&](const ConfigSection& section) { return section.name == setting.key; };
  if (std::any_of(sections.begin(), sections.end(), is_it)) return Status();
  const auto nearest = NearestOf(setting.key, sections.size(), [&](size_t i) {
    return (sections[i].name.empty() ? sections.back() : sections[i]).name;
  });
  return InvalidArgument(Concat(setting.where, "[", ToText(setting.key),
                                "]: unknown section. Try: [", nearest,
                                "]; tsugi train --help-keys lists all"));
}

/// A typed value is tried twice: as TOML, so that `2e-3` is a number, then as text, so that a key
/// that takes words also takes a word that looks like a number.
Status Assign(const std::vector<ConfigSection>& sections, const ConfigSetting& setting) {
  for (const ConfigSection& section : sections) {
    for (const Field& field : section.fields) {
      if (!setting.key.ends_with(field.name()) || setting.key != KeyOf(section, field)) continue;
      if (setting.value && field.Set(*setting.value)) return Status();
      if (!setting.typed.empty() && field.Set(setting.typed)) return Status();
      return field.Refuse(setting.where + setting.key, setting.Text());
    }
  }
  if (setting.is_table) return CheckSection(sections, setting);
  return InvalidArgument(Concat(setting.where, ToText(setting.key),
                                ": unknown key. Try: ", SuggestKey(setting.key, sections),
                                "; tsugi train --help-keys lists all"));
}

Status ApplyToml(std::string_view text, std::string_view path, TrainConfig& config) {
  TSUGI_ASSIGN_OR_RETURN(const std::vector<ConfigSetting> settings, ReadToml(text, path));
  const std::vector<ConfigSection> sections = Sections(config);
  for (const ConfigSetting& setting : settings) {
    TSUGI_RETURN_IF_ERROR(Assign(sections, setting));
  }
  return Status();
}

}  // namespace

std::vector<ConfigSection> Sections(TrainConfig& config) {
  std::vector<ConfigSection> sections = {
      {"", "Model", "recommender", ModelFields(config)},
      {"", "Objective", "recommender", ObjectiveFields(config)},
      {"", "Regularisation and optimiser", "recommender", OptimiserFields(config)},
      {"", "Length of training", "recommender", LengthFields(config)},
  };
  for (PartConfig* part : PartsOf(config)) sections.push_back(part->Section());
  return sections;
}

std::string KeyOf(const ConfigSection& section, const Field& field) {
  return Concat(section.name, section.name.empty() ? "" : ".", field.name());
}

std::vector<std::string_view> PresetNames() {
  std::vector<std::string_view> names;
  for (const Preset& preset : Presets()) names.push_back(preset.name);
  return names;
}

// Later sources override earlier ones: defaults, preset, file, --set.
Result<TrainConfig> MakeConfig(std::string_view preset, std::string_view toml_text,
                               std::string_view toml_path,
                               const std::vector<std::string>& settings) {
  TrainConfig config;
  const auto presets = Presets();
  const auto found = std::find_if(presets.begin(), presets.end(),
                                  [preset](const Preset& p) { return p.name == preset; });
  if (found == presets.end()) {
    std::string names;
    for (const Preset& p : presets) names += (names.empty() ? "" : ", ") + std::string(p.name);
    return InvalidArgument("--preset " + std::string(preset) + ": no such preset. Try: " + names);
  }
  TSUGI_RETURN_IF_ERROR(ApplyToml(found->text, Concat("preset ", preset), config));
  TSUGI_RETURN_IF_ERROR(ApplyToml(toml_text, toml_path, config));
  for (const std::string& text : settings) {
    TSUGI_ASSIGN_OR_RETURN(const ConfigSetting setting, ReadSetting(text));
    TSUGI_RETURN_IF_ERROR(Assign(Sections(config), setting));
  }
  return config;
}

// Writes every key, also those at their defaults: a run is then repeated by its config.toml alone,
// even if a later version has other defaults. A copy, because fields point into their config.
std::string ToToml(const TrainConfig& config) {
  TrainConfig copy = config;
  std::vector<ConfigSetting> settings;
  for (const ConfigSection& section : Sections(copy)) {
    for (const Field& field : section.fields) {
      settings.push_back({.key = KeyOf(section, field), .value = field.Get()});
    }
  }
  return WriteToml(settings);
}

// Compares values and not texts, so spelling and order of keys do not matter. The map puts the
// changes into alphabetical order.
Result<std::string> DescribeChanges(std::string_view saved, std::string_view now) {
  struct Values {
    std::optional<ConfigValue> before, after;
  };
  std::map<std::string, Values> by_key;
  TSUGI_ASSIGN_OR_RETURN(const std::vector<ConfigSetting> before, ReadToml(saved, "before"));
  TSUGI_ASSIGN_OR_RETURN(const std::vector<ConfigSetting> after, ReadToml(now, "now"));
  for (const ConfigSetting& setting : before) by_key[setting.key].before = setting.value;
  for (const ConfigSetting& setting : after) by_key[setting.key].after = setting.value;
  const auto text = [](const std::optional<ConfigValue>& value) {
    return value ? ToText(*value) : std::string("not set");
  };
  std::string changes;
  for (const auto& [key, values] : by_key) {
    if (values.before == values.after) continue;
    changes += Concat(changes.empty() ? "" : "; ", key, " = ", text(values.before), ", now ",
                      text(values.after));
  }
  return changes;
}

std::string DescribeKeys(const TrainConfig& config) {
  constexpr size_t kValueColumn = 44;
  TrainConfig copy = config;
  std::string text = "Change a key with --set key=value, or in a TOML file for --config.\n";
  for (const ConfigSection& section : Sections(copy)) {
    text +=
        Concat("\n", section.title, section.name.empty() ? "" : Concat(", [", section.name, "]"),
               " (stage: ", section.stage, ")\n");
    for (const Field& field : section.fields) {
      std::string line = Concat("  ", KeyOf(section, field), " = ", ToText(field.Get()));
      line.resize(std::max(line.size() + 2, kValueColumn), ' ');
      text += Concat(line, field.Allowed(), "\n      ", field.help(), "\n");
    }
  }
  return text;
}

}  // namespace tsugi::train
