#ifndef TSUGI_NATIVE_TRAIN_TRAIN_CONFIG_H_
#define TSUGI_NATIVE_TRAIN_TRAIN_CONFIG_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/model/model_spec.h"
#include "native/dataset/dataset.h"
#include "native/intent/intent_labels.h"
#include "native/train/set_targets.h"

namespace tsugi::train {

/// What one training run does. Keys of the TOML file are the field names; 0 (or "auto") asks for
/// the value that ResolveConfig derives from the data.
struct TrainConfig {
  // Model.
  std::string block = "gated";  ///< gated | sasrec
  int64_t width = 0;            ///< D
  int64_t layers = 0;
  int64_t heads = 0;
  int64_t feed_forward = 0;       ///< F
  int64_t window = 0;             ///< T
  std::string scoring = "auto";   ///< dot | cosine
  double temperature = 0.0;       ///< cosine only: score = cosine / temperature
  std::string time_gap = "auto";  ///< on | off: the encoder reads the time between events
  std::string actions = "off";  ///< on | off | auto: it reads what was done; auto: if the log says
  std::string values = "off";   ///< on | off | auto: it reads what was measured; as actions

  // Item side.
  int64_t projection_width = 0;  ///< W, of item rows; 0 = as wide as the model, -1 = derived
  std::string tower = "off";     ///< on | off: rows hold what items say of themselves too
  int64_t tower_features = 0;    ///< rows of the tower, a power of two; 0 = derived
  double id_mask = -1.0;  ///< share of items whose own vector a step hides; -1 = MeasureColdShare

  // Intents: predicted first, to predict the item with (native/intent/README.md).
  std::string intents = "none";    ///< none | auto | families and metadata fields, by commas
  std::string hierarchy = "on";    ///< on | off: heads beside the item's, for training only
  int64_t intent_layers = 0;       ///< of the intent encoder
  int64_t short_term_events = -1;  ///< window of the short-term encoder; 0 = none, -1 = derived
  int64_t short_term_s = -1;       ///< and its seconds; 0 = events alone, -1 = derived
  double intent_weight = 0.1;      ///< lambda: the intent losses beside the item loss
  std::string heads_learn_items = "on";  ///< on | off: the item loss trains the heads too

  // Imagination: a second stage that learns to make rows of items that are not there.
  std::string imagine = "off";  ///< on | off; needs scoring = "cosine"
  int64_t imagine_width = 192;  ///< H of the prior
  int64_t imagine_blocks = 4;
  int64_t imagine_steps = 8000;  ///< of its optimiser, at most
  double imagine_mix = 0.5;      ///< PriorConfig::mix
  double like_value = -1.0;      ///< least value of a like; -1 = the median (FindLikeRule)

  // Semantic ids: stages that give items codes and train a language model that reads and writes
  // them (native/train/semantic).
  std::string semantic = "off";    ///< on | off
  std::string codes = "kmeans";    ///< kmeans | rqvae | a file that `tsugi tokenize` wrote
  double behaviour_weight = 1.0;   ///< of the trained rows in the vectors that become codes
  double text_weight = 0.5;        ///< of the words in them
  double align_weight = 0.2;       ///< rqvae: of the alignment of codes with words
  int64_t language_pieces = 4000;  ///< sub-words, at most
  int64_t language_width = 128;
  int64_t language_layers = 3;
  int64_t language_window = 128;  ///< tokens; an item has four
  int64_t language_epochs = 0;    ///< at most
  int64_t language_patience = 4;
  double language_learning_rate = 1e-2;
  double language_dropout = 0.05;
  double task_text = 0.25;       ///< TaskMix: words -> item, examples an item and epoch
  double task_describe = 0.125;  ///< item -> words
  double task_query = 0.1;       ///< history and words -> item, examples a sequence
  double task_negatives = 0.1;   ///< yes or no, of histories and of words

  // Objective.
  std::string value_weight = "off";     ///< on | off: events count by their value (EventWeights)
  std::string loss = "auto";            ///< cross_entropy | sampled_softmax | gbce
  int64_t negatives = 0;                ///< shared negatives a batch
  std::string proposal = "popularity";  ///< uniform | popularity
  std::string logq =
      "auto";  ///< on | off: correct sampled logits by the proposal; auto = on for popularity
  std::string diffusion_negatives = "off";  ///< on | off: SequenceNegatives beside the others
  double label_smoothing = 0.0;
  std::string targets = "next";   ///< next | set: the next item, or all in a window (SetTargets)
  int64_t half_life_s = -1;       ///< of a set's weights; -1 = derived (HalfLifeOf)
  double half_life_events = 4.0;  ///< the same in positions, where times are unknown
  int64_t set_size = 16;          ///< most targets of a position
  double gbce_calibration = 0.75;

  // Regularisation and optimiser.
  double dropout = -1.0;  ///< residual branches; negative = derived
  double input_dropout = -1.0;
  double learning_rate = 0.0;
  double weight_decay = -1.0;       ///< AdamW, on matrices
  double item_weight_decay = -1.0;  ///< on the item table
  int64_t warmup_steps = 100;
  double clip_norm = 1.0;
  int64_t batch_tokens = 0;  ///< tokens a step, per process
  int64_t workers = 0;      ///< threads a batch is divided among; a result depends on it; 0 = cores
  double ema_decay = -1.0;  ///< weights averaged over steps for validation and export; 0 = off

  // Length of training.
  int64_t max_epochs = 0;
  int64_t patience = 0;             ///< validations without improvement before stopping
  double max_minutes = 0.0;         ///< 0 = no limit
  int64_t max_valid_cases = 20000;  ///< validation cases drawn (seeded) for model selection
  /// on | off: after selection, train again from scratch on train + validation for as many epochs.
  /// auto = on where later events are tested (time and given splits), off for leave-one-out, whose
  /// published protocol trains without the validation event.
  std::string refit = "auto";
};

/// Reads `preset` (a name of PresetNames()), then the TOML text, then "key=value" settings, each
/// over the one before. Errors: kInvalidArgument for an unknown key (with the nearest name) or a
/// wrong type.
Result<TrainConfig> MakeConfig(std::string_view preset, std::string_view toml_text,
                               std::string_view toml_path,
                               const std::vector<std::string>& settings);

/// Fills every derived field by the rule in native/train/README.md ("Defaults follow the data"): a
/// pure function of what the importer measured. Errors: kInvalidArgument for an impossible
/// combination.
Result<TrainConfig> ResolveConfig(TrainConfig config, const Dataset& dataset);

/// The model's spec; with the labels of `intents` if the config asks for a hierarchy of intents.
/// Requires: a resolved config.
ModelSpec MakeSpec(const TrainConfig& config, const Dataset& dataset,
                   const IntentLabels* intents = nullptr);

/// Requires: a resolved config.
SetRule MakeSetRule(const TrainConfig& config);

/// Labels of each family, as in ModelSpec::intent_labels.
std::vector<uint32_t> LabelCounts(const IntentLabels& intents);

/// The config as TOML, every key.
std::string ToToml(const TrainConfig& config);

std::vector<std::string_view> PresetNames();

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_TRAIN_CONFIG_H_
