#ifndef TSUGI_NATIVE_TRAIN_TRAIN_CONFIG_H_
#define TSUGI_NATIVE_TRAIN_TRAIN_CONFIG_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/base/status.h"
#include "core/model/model_spec.h"
#include "native/dataset/dataset.h"
#include "native/train/config_field.h"
#include "native/train/event_targets.h"
#include "native/train/intent/intent_config.h"
#include "native/train/item_tower/item_tower_config.h"
#include "native/train/stages/imagine/imagine_config.h"
#include "native/train/stages/semantic_ids/semantic_ids_config.h"
#include "native/train/stages/word_vectors/word_vectors_config.h"

namespace tsugi {

inline constexpr std::string_view kBlockKinds[] = {BlockKindName(BlockKind::kGated),
                                                   BlockKindName(BlockKind::kSasRec)};
constexpr std::span<const std::string_view> NamesOf(BlockKind) { return kBlockKinds; }

namespace train {

enum class Scoring : uint8_t { kAuto, kDot, kCosine };
inline constexpr std::string_view kScorings[] = {"auto", "dot", "cosine"};
constexpr std::span<const std::string_view> NamesOf(Scoring) { return kScorings; }

enum class LossKind : uint8_t { kAuto, kCrossEntropy, kSampledSoftmax, kGbce };
inline constexpr std::string_view kLossKinds[] = {"auto", "cross_entropy", "sampled_softmax",
                                                  "gbce"};
constexpr std::span<const std::string_view> NamesOf(LossKind) { return kLossKinds; }

/// What negatives are drawn by.
enum class Proposal : uint8_t { kUniform, kPopularity };
inline constexpr std::string_view kProposals[] = {"uniform", "popularity"};
constexpr std::span<const std::string_view> NamesOf(Proposal) { return kProposals; }

/// The next item, or all in a window (SetTargets).
enum class TargetKind : uint8_t { kNext, kSet };
inline constexpr std::string_view kTargetKinds[] = {"next", "set"};
constexpr std::span<const std::string_view> NamesOf(TargetKind) { return kTargetKinds; }

/// What one training run does. Keys of the TOML file are the members' names, those of a part in its
/// section. A number out of its range (mostly 0 or -1, see Fields) or kAuto asks for the value that
/// ResolveConfig derives from the data.
struct TrainConfig {
  // Model.
  BlockKind block = BlockKind::kGated;
  int64_t width = 0;  ///< D
  int64_t layers = 0;
  int64_t heads = 0;
  int64_t feed_forward = 0;  ///< F
  int64_t window = 0;        ///< T
  Scoring scoring = Scoring::kAuto;
  double temperature = 0.0;
  Switch time_gap = Switch::kAuto;
  Switch actions = Switch::kOff;
  Switch values = Switch::kOff;
  int64_t projection_width = 0;  ///< W

  // Objective.
  LossKind loss = LossKind::kAuto;
  int64_t negatives = 0;
  Proposal proposal = Proposal::kPopularity;
  Switch logq = Switch::kAuto;
  bool diffusion_negatives = false;
  double label_smoothing = 0.0;
  double gbce_calibration = 0.75;
  bool value_weight = false;
  TargetKind targets = TargetKind::kNext;
  int64_t set_size = 16;
  int64_t half_life_s = -1;
  double half_life_events = 4.0;

  // Regularisation and optimiser.
  double dropout = -1.0;
  double input_dropout = -1.0;
  double learning_rate = 0.0;
  double weight_decay = -1.0;
  double item_weight_decay = -1.0;
  int64_t warmup_steps = 100;
  double clip_norm = 1.0;
  int64_t batch_tokens = 0;
  int64_t workers = 0;
  double ema_decay = -1.0;

  // Length of training.
  int64_t max_epochs = 0;
  int64_t patience = 0;
  double max_minutes = 0.0;
  int64_t max_valid_cases = 20000;
  Switch refit = Switch::kAuto;

  // Parts of the model, a section each: PartsOf.
  IntentConfig intent;
  ItemTowerConfig item_tower;
  ImagineConfig imagine;
  SemanticIdsConfig semantic_ids;
  WordVectorsConfig word_vectors;
};

/// The keys of every part, in the order of their sections. A new part is added here.
template <typename Config>
auto PartsOf(Config& config) {
  using Part = std::conditional_t<std::is_const_v<Config>, const PartConfig, PartConfig>;
  return std::array<Part*, 5>{&config.intent, &config.item_tower, &config.imagine,
                              &config.semantic_ids, &config.word_vectors};
}

/// Every key there is. The fields borrow `config`.
std::vector<ConfigSection> Sections(TrainConfig& config);

/// Example: "imagine.steps".
std::string KeyOf(const ConfigSection& section, const Field& field);

/// Reads `preset` (a name of PresetNames()), then the TOML text, then "key=value" settings, each
/// over the one before. Errors: kInvalidArgument for an unknown key (with the nearest one) and for
/// a value that its key does not take; the message says where it stands and what is allowed.
Result<TrainConfig> MakeConfig(std::string_view preset, std::string_view toml_text,
                               std::string_view toml_path,
                               const std::vector<std::string>& settings);

/// Fills every derived field by the rule in native/train/README.md ("Defaults follow the data"): a
/// pure function of what the importer measured. Errors: kInvalidArgument for a value out of its
/// range, for an impossible combination, and for what the data set does not hold. The result may
/// borrow `dataset`.
Result<TrainConfig> ResolveConfig(TrainConfig config, const Dataset& dataset);

/// The recommender's spec. Requires: a resolved config.
ModelSpec MakeSpec(const TrainConfig& config, const Dataset& dataset);

/// Floating-point operations per predicted event that scoring costs in training, forward and
/// backward (three products of the same size, two operations a number): what Netflix's generative
/// recommender (arXiv 2605.23312) cuts by sampling and projection.
struct HeadCost {
  double here = 0.0;  ///< this configuration: scored items times W, and the projection's two layers
  double full = 0.0;  ///< every item, D wide
};

/// Requires: a resolved config, its spec.
HeadCost CountHeadCost(const TrainConfig& config, const ModelSpec& spec);

/// Tells people what a config comes to on a data set: the cost of the head, and the notes of the
/// parts. Requires: a resolved config.
std::string DescribeResolved(const TrainConfig& config, const Dataset& dataset);

/// Requires: a resolved config.
SetRule MakeSetRule(const TrainConfig& config);

/// The config as TOML, every key, in alphabetical order: equal configs give equal text.
std::string ToToml(const TrainConfig& config);

/// The keys whose values differ between two TOML texts, in words: "width = 16, now 32"; empty if
/// none do, in whatever order they stand. Errors: kInvalidArgument if `saved` is no TOML.
Result<std::string> DescribeChanges(std::string_view saved, std::string_view now);

/// For people: every key by section, with its value in `config`, the values it takes, and help.
std::string DescribeKeys(const TrainConfig& config);

/// A named configuration: a file of native/train/presets/, built in.
struct Preset {
  std::string_view name;
  std::string_view text;  ///< TOML
};
std::span<const Preset> Presets();
std::vector<std::string_view> PresetNames();

}  // namespace train
}  // namespace tsugi

#endif  // TSUGI_NATIVE_TRAIN_TRAIN_CONFIG_H_
