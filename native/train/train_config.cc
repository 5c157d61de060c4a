#include "native/train/train_config.h"

#include <algorithm>
#include <array>
#include <functional>
#include <sstream>
#include <toml++/toml.hpp>
#include <variant>

#include "native/train/presets.h"

namespace tsugi::train {
namespace {

using Member = std::variant<int64_t TrainConfig::*, double TrainConfig::*, bool TrainConfig::*,
                            std::string TrainConfig::*>;
struct Field {
  std::string_view name;
  Member member;
};

const std::vector<Field>& FirstStageFields() {
  static const std::vector<Field> fields = {
      {"block", &TrainConfig::block},
      {"width", &TrainConfig::width},
      {"layers", &TrainConfig::layers},
      {"heads", &TrainConfig::heads},
      {"feed_forward", &TrainConfig::feed_forward},
      {"window", &TrainConfig::window},
      {"scoring", &TrainConfig::scoring},
      {"temperature", &TrainConfig::temperature},
      {"time_gap", &TrainConfig::time_gap},
      {"actions", &TrainConfig::actions},
      {"values", &TrainConfig::values},
      {"projection_width", &TrainConfig::projection_width},
      {"tower", &TrainConfig::tower},
      {"tower_features", &TrainConfig::tower_features},
      {"id_mask", &TrainConfig::id_mask},
      {"intents", &TrainConfig::intents},
      {"hierarchy", &TrainConfig::hierarchy},
      {"intent_layers", &TrainConfig::intent_layers},
      {"short_term_events", &TrainConfig::short_term_events},
      {"short_term_s", &TrainConfig::short_term_s},
      {"intent_weight", &TrainConfig::intent_weight},
      {"heads_learn_items", &TrainConfig::heads_learn_items},
      {"imagine", &TrainConfig::imagine},
      {"imagine_width", &TrainConfig::imagine_width},
      {"imagine_blocks", &TrainConfig::imagine_blocks},
      {"imagine_steps", &TrainConfig::imagine_steps},
      {"imagine_mix", &TrainConfig::imagine_mix},
      {"like_value", &TrainConfig::like_value},
      {"value_weight", &TrainConfig::value_weight},
      {"loss", &TrainConfig::loss},
      {"negatives", &TrainConfig::negatives},
      {"proposal", &TrainConfig::proposal},
      {"logq", &TrainConfig::logq},
      {"diffusion_negatives", &TrainConfig::diffusion_negatives},
      {"label_smoothing", &TrainConfig::label_smoothing},
      {"targets", &TrainConfig::targets},
      {"half_life_s", &TrainConfig::half_life_s},
      {"half_life_events", &TrainConfig::half_life_events},
      {"set_size", &TrainConfig::set_size},
      {"gbce_calibration", &TrainConfig::gbce_calibration},
      {"dropout", &TrainConfig::dropout},
      {"input_dropout", &TrainConfig::input_dropout},
      {"learning_rate", &TrainConfig::learning_rate},
      {"weight_decay", &TrainConfig::weight_decay},
      {"item_weight_decay", &TrainConfig::item_weight_decay},
      {"warmup_steps", &TrainConfig::warmup_steps},
      {"clip_norm", &TrainConfig::clip_norm},
      {"batch_tokens", &TrainConfig::batch_tokens},
      {"workers", &TrainConfig::workers},
      {"ema_decay", &TrainConfig::ema_decay},
      {"max_epochs", &TrainConfig::max_epochs},
      {"patience", &TrainConfig::patience},
      {"max_minutes", &TrainConfig::max_minutes},
      {"max_valid_cases", &TrainConfig::max_valid_cases},
      {"refit", &TrainConfig::refit},
  };
  return fields;
}

/// Keys of the second stage that makes semantic ids and the language model.
std::vector<Field> SemanticFields() {
  return {
      {"semantic", &TrainConfig::semantic},
      {"codes", &TrainConfig::codes},
      {"behaviour_weight", &TrainConfig::behaviour_weight},
      {"text_weight", &TrainConfig::text_weight},
      {"align_weight", &TrainConfig::align_weight},
      {"language_pieces", &TrainConfig::language_pieces},
      {"language_width", &TrainConfig::language_width},
      {"language_layers", &TrainConfig::language_layers},
      {"language_window", &TrainConfig::language_window},
      {"language_epochs", &TrainConfig::language_epochs},
      {"language_patience", &TrainConfig::language_patience},
      {"language_learning_rate", &TrainConfig::language_learning_rate},
      {"language_dropout", &TrainConfig::language_dropout},
      {"task_text", &TrainConfig::task_text},
      {"task_describe", &TrainConfig::task_describe},
      {"task_query", &TrainConfig::task_query},
      {"task_negatives", &TrainConfig::task_negatives},
  };
}

/// The list of keys; reading, writing and the error for an unknown key iterate it.
const std::vector<Field>& Fields() {
  static const std::vector<Field> fields = [] {
    std::vector<Field> all = SemanticFields();
    all.insert(all.begin(), FirstStageFields().begin(), FirstStageFields().end());
    return all;
  }();
  return fields;
}

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substitute = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
    }
  }
  return row[b.size()];
}

Status UnknownKey(std::string_view where, std::string_view key) {
  const auto& fields = Fields();
  const auto nearest = std::min_element(fields.begin(), fields.end(), [key](auto& a, auto& b) {
    return EditDistance(a.name, key) < EditDistance(b.name, key);
  });
  return InvalidArgument(std::string(where) + ": unknown key '" + std::string(key) +
                         "'. Try: " + std::string(nearest->name));
}

/// Assigns a TOML node to a field; false if the type does not fit. Integers are accepted for
/// doubles.
bool AssignNode(TrainConfig& config, const Member& member, const toml::node& node) {
  return std::visit(
      [&](auto pointer) {
        using T = std::remove_reference_t<decltype(config.*pointer)>;
        const auto value = node.value<T>();
        if (value) config.*pointer = *value;
        return value.has_value();
      },
      member);
}

Status ApplyTable(TrainConfig& config, const toml::table& table, std::string_view where) {
  for (const auto& [key, node] : table) {
    const auto& fields = Fields();
    const auto field = std::find_if(fields.begin(), fields.end(),
                                    [&](const Field& f) { return f.name == key.str(); });
    if (field == fields.end()) return UnknownKey(where, key.str());
    if (!AssignNode(config, field->member, node)) {
      return InvalidArgument(std::string(where) + ": the value of '" + std::string(key.str()) +
                             "' has the wrong type. Try: tsugi train --help for the keys");
    }
  }
  return Status();
}

Status ApplyText(TrainConfig& config, std::string_view text, std::string_view where) {
  try {
    return ApplyTable(config, toml::parse(text), where);
  } catch (const toml::parse_error& error) {
    return InvalidArgument(std::string(where) + ":" + std::to_string(error.source().begin.line) +
                           ": " + std::string(error.description()));
  }
}

/// "key=value"; a value that is not TOML by itself is taken as a string, so `loss=gbce` works.
Status ApplySetting(TrainConfig& config, const std::string& setting) {
  const size_t equals = setting.find('=');
  if (equals == std::string::npos || equals == 0) {
    return InvalidArgument("--set " + setting + ": expected key=value. Try: --set width=128");
  }
  const std::string key = setting.substr(0, equals), value = setting.substr(equals + 1);
  const auto parses = [](const std::string& text) {
    try {
      return (void)toml::parse(text), true;
    } catch (const toml::parse_error&) {
      return false;
    }
  };
  const std::string plain = key + " = " + value;
  return ApplyText(config, parses(plain) ? plain : key + " = \"" + value + "\"",
                   "--set " + setting);
}

}  // namespace

std::vector<std::string_view> PresetNames() {
  std::vector<std::string_view> names;
  for (const Preset& preset : Presets()) names.push_back(preset.name);
  return names;
}

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
  TSUGI_RETURN_IF_ERROR(ApplyText(config, found->text, "preset " + std::string(preset)));
  TSUGI_RETURN_IF_ERROR(ApplyText(config, toml_text, toml_path));
  for (const std::string& setting : settings) TSUGI_RETURN_IF_ERROR(ApplySetting(config, setting));
  return config;
}

std::string ToToml(const TrainConfig& config) {
  toml::table table;
  for (const Field& field : Fields()) {
    std::visit([&](auto pointer) { table.insert(field.name, config.*pointer); }, field.member);
  }
  std::ostringstream text;
  text << table << '\n';
  return text.str();
}

}  // namespace tsugi::train
