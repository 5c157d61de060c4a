#ifndef TSUGI_NATIVE_TRAIN_CONFIG_FIELD_H_
#define TSUGI_NATIVE_TRAIN_CONFIG_FIELD_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/status.h"

namespace tsugi {

class Dataset;
struct ModelSpec;

namespace train {

struct TrainConfig;

/// A value as a TOML file holds it; a member of a choice is its name.
using ConfigValue = std::variant<int64_t, double, bool, std::string>;

/// The value for people, on one line: at most 60 characters, none of them a control character.
std::string ToText(const ConfigValue& value);

/// Names of an enum's members, in their order. An enum that a key may hold has an underlying type
/// of uint8_t, members from 0 without gaps, and an overload of this beside it.
inline constexpr std::string_view kOffOn[] = {"off", "on"};
constexpr std::span<const std::string_view> NamesOf(bool) { return kOffOn; }

/// A choice that may be left open. auto: ResolveConfig decides.
enum class Switch : uint8_t { kAuto, kOff, kOn };
inline constexpr std::string_view kSwitches[] = {"auto", "off", "on"};
constexpr std::span<const std::string_view> NamesOf(Switch) { return kSwitches; }

/// Example: NameOf(Switch::kOn) is "on".
template <typename Choice>
constexpr std::string_view NameOf(Choice value) {
  return NamesOf(value)[static_cast<size_t>(value)];
}

/// The member called `name`, if there is one.
template <typename Choice>
constexpr std::optional<Choice> ParseChoice(std::string_view name) {
  const auto names = NamesOf(Choice());
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Choice>(i);
  }
  return std::nullopt;
}

/// The numbers that a key takes: low to high, both included, and perhaps one more.
struct Range {
  double low = 0.0, high = 0.0;
  std::string_view unit = {};                                 ///< in the plural, "seconds"
  double special = std::numeric_limits<double>::quiet_NaN();  ///< NaN = no further number
  std::string_view special_means = "derived from the data";
};

/// One key of a configuration: what it is called, where its value lives, which values it takes.
/// Reading, checks, messages, help and TOML all come from here.
class Field {
 public:
  /// Fields borrow the value.
  Field(std::string_view name, int64_t* value, const Range& range, std::string_view help)
      : name_(name), help_(help), value_(value), range_(range) {}
  Field(std::string_view name, double* value, const Range& range, std::string_view help)
      : name_(name), help_(help), value_(value), range_(range) {}
  /// Words; `allowed` says which, for people.
  Field(std::string_view name, std::string* value, std::string_view allowed, std::string_view help)
      : name_(name), help_(help), value_(value), allowed_words_(allowed) {}
  /// A choice, or a bool: off or on.
  template <typename Choice>
  Field(std::string_view name, Choice* value, std::string_view help)
      : name_(name),
        help_(help),
        value_(ChoiceValue{reinterpret_cast<uint8_t*>(value), NamesOf(Choice())}) {
    static_assert(sizeof(Choice) == 1);
  }

  std::string_view name() const { return name_; }
  std::string_view help() const { return help_; }  ///< one line
  bool is_number() const { return value_.index() < 2; }
  bool is_choice() const { return value_.index() == 3; }
  const Range& range() const { return range_; }  ///< Requires: is_number().

  ConfigValue Get() const;
  /// Whether the value is of the type and in the range; if so, it is set. A whole key takes 3.0, a
  /// decimal one 3.
  bool Set(const ConfigValue& value) const;
  /// Example: "a whole number from 1 to 64, or 0: derived from the data".
  std::string Allowed() const;
  /// kInvalidArgument that says so of a value; `key` may have a place before it, "c.toml:3: width".
  Status Refuse(std::string_view key, std::string_view value) const;

 private:
  struct ChoiceValue {
    uint8_t* index;
    std::span<const std::string_view> names;
  };

  std::string_view name_, help_;
  std::variant<int64_t*, double*, std::string*, ChoiceValue> value_;
  Range range_;
  std::string_view allowed_words_;
};

/// Keys that belong together.
struct ConfigSection {
  std::string_view name;   ///< of the TOML table; empty = the top level
  std::string_view title;  ///< for people
  std::string_view stage;  ///< the training stage that reads the keys
  std::vector<Field> fields;
};

/// The keys of one part of the model: a section of TrainConfig. Each part derives its own, in its
/// own room.
class PartConfig {
 public:
  /// The fields borrow this object.
  ConfigSection Section() { return {name_, title_, stage_, Fields()}; }

  /// Derives the values that are still open, and those of `config` that depend on the part.
  /// `config` holds this object; its window and widths are resolved. Errors: kInvalidArgument for
  /// keys that do not go together, or that the data set does not allow.
  virtual Status Resolve(TrainConfig& config, const Dataset& dataset);

  /// Adds the part to the spec of the recommender. A part of a later stage adds nothing here.
  virtual void AddTo(ModelSpec& spec) const;

  /// Tells people what was resolved, a line each.
  virtual std::vector<std::string> Notes() const { return {}; }

 protected:
  /// As the members of ConfigSection.
  PartConfig(std::string_view name, std::string_view title, std::string_view stage)
      : name_(name), title_(title), stage_(stage) {}
  ~PartConfig() = default;

 private:
  virtual std::vector<Field> Fields() = 0;

  std::string_view name_, title_, stage_;
};

}  // namespace train
}  // namespace tsugi

#endif  // TSUGI_NATIVE_TRAIN_CONFIG_FIELD_H_
