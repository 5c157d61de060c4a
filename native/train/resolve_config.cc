#include <algorithm>
#include <cmath>
#include <limits>
#include <thread>
#include <vector>

#include "native/train/item_feature_matrix.h"
#include "native/train/short_term_default.h"
#include "native/train/train_config.h"
#include "native/train/value_edges.h"

namespace tsugi::train {
namespace {

/// What the rules below look at.
struct DataShape {
  double items;         ///< N
  double targets;       ///< predictable events in the training part
  double mean_length;   ///< trainable events a sequence
  uint32_t length_p95;  ///< 95 % quantile of the sequence length
};

DataShape Measure(const Dataset& dataset) {
  std::vector<uint32_t> lengths;
  uint64_t events = 0, targets = 0;
  for (const uint32_t end : dataset.train_end()) {
    if (end == 0) continue;
    lengths.push_back(end);
    events += end;
    targets += end - 1;
  }
  if (lengths.empty()) return {static_cast<double>(dataset.item_count()), 0, 0, 1};
  const size_t p95 = lengths.size() * 95 / 100;
  std::nth_element(lengths.begin(), lengths.begin() + p95, lengths.end());
  return {static_cast<double>(dataset.item_count()), static_cast<double>(targets),
          static_cast<double>(events) / static_cast<double>(lengths.size()), lengths[p95]};
}

/// Below this many training targets an item, over-fitting is the first concern.
constexpr double kSparseTargetsPerItem = 50.0;
/// Below this many training targets a set is small: strong dropout, small batches.
constexpr double kSmallTargets = 300'000.0;
/// The last bucket begins at 2^29 seconds, 17 years.
constexpr uint32_t kTimeGapBuckets = 32;
/// Events that the short-term encoder looks back on at most.
constexpr int64_t kShortTermEvents = 20;
/// Up to this many items full cross-entropy takes at most twice the time of sampling, and gave 4 %
/// more NDCG@10 (Beauty, 12,101 items, validation, one seed).
constexpr double kSmallCatalogue = 20'000.0;

/// An eighth of the catalogue, as a power of two from 512 to 2048.
int64_t NegativesFor(double items) {
  int64_t count = 512;
  while (count < 2048 && static_cast<double>(count) * 2 * 8 <= items) count *= 2;
  return count;
}

/// Processor cores, at most 16: a batch has few bins.
int64_t CoreCount() { return std::clamp<int64_t>(std::thread::hardware_concurrency(), 1, 16); }

template <typename T>
void Default(T& value, T unset_below, T derived) {
  if (value < unset_below) value = derived;
}

Status CheckChoice(const char* key, const std::string& value,
                   std::initializer_list<std::string_view> allowed) {
  std::string names;
  for (const std::string_view name : allowed) {
    if (value == name) return Status();
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return InvalidArgument(std::string(key) + " = '" + value + "' is not known. Try: " + names);
}

Status CheckLanguage(const TrainConfig& config) {
  TSUGI_RETURN_IF_ERROR(CheckChoice("semantic", config.semantic, {"off", "on"}));
  const struct {
    const char* key;
    int64_t value, low, high;
  } sizes[] = {{"language_pieces", config.language_pieces, 1, 100'000},
               {"language_width", config.language_width, 8, 4096},
               {"language_layers", config.language_layers, 1, 64},
               {"language_window", config.language_window, 64, 4096},
               {"language_epochs", config.language_epochs, 0, 100'000}};
  for (const auto& [key, value, low, high] : sizes) {
    if (value >= low && value <= high) continue;
    return InvalidArgument(std::string(key) + " = " + std::to_string(value) + ": expected " +
                           std::to_string(low) + " to " + std::to_string(high));
  }
  if (config.language_width % 8 == 0) return Status();
  return InvalidArgument("language_width: expected a multiple of 8");
}

Status CheckChoices(const TrainConfig& config) {
  TSUGI_RETURN_IF_ERROR(CheckChoice("block", config.block, {"gated", "sasrec"}));
  TSUGI_RETURN_IF_ERROR(
      CheckChoice("diffusion_negatives", config.diffusion_negatives, {"off", "on"}));
  if (config.diffusion_negatives == "on" &&
      (config.loss == "gbce" || config.targets == "set" || config.scoring == "dot")) {
    return InvalidArgument(
        "diffusion_negatives = 'on' stands in a softmax over the next item, by cosine. Try: "
        "loss=auto, targets=next and scoring=cosine");
  }
  TSUGI_RETURN_IF_ERROR(CheckChoice("imagine", config.imagine, {"off", "on"}));
  if (config.imagine == "on" && config.scoring == "dot") {
    return InvalidArgument("imagine = 'on' needs rows of one length. Try: scoring=cosine");
  }
  TSUGI_RETURN_IF_ERROR(CheckLanguage(config));
  TSUGI_RETURN_IF_ERROR(CheckChoice("scoring", config.scoring, {"auto", "dot", "cosine"}));
  TSUGI_RETURN_IF_ERROR(
      CheckChoice("loss", config.loss, {"auto", "cross_entropy", "sampled_softmax", "gbce"}));
  TSUGI_RETURN_IF_ERROR(CheckChoice("targets", config.targets, {"next", "set"}));
  TSUGI_RETURN_IF_ERROR(CheckChoice("logq", config.logq, {"auto", "on", "off"}));
  TSUGI_RETURN_IF_ERROR(CheckChoice("time_gap", config.time_gap, {"auto", "on", "off"}));
  TSUGI_RETURN_IF_ERROR(CheckChoice("actions", config.actions, {"auto", "on", "off"}));
  TSUGI_RETURN_IF_ERROR(CheckChoice("values", config.values, {"auto", "on", "off"}));
  TSUGI_RETURN_IF_ERROR(CheckChoice("tower", config.tower, {"on", "off"}));
  TSUGI_RETURN_IF_ERROR(CheckChoice("hierarchy", config.hierarchy, {"on", "off"}));
  TSUGI_RETURN_IF_ERROR(CheckChoice("heads_learn_items", config.heads_learn_items, {"on", "off"}));
  TSUGI_RETURN_IF_ERROR(CheckChoice("value_weight", config.value_weight, {"on", "off"}));
  TSUGI_RETURN_IF_ERROR(CheckChoice("refit", config.refit, {"auto", "on", "off"}));
  return CheckChoice("proposal", config.proposal, {"uniform", "popularity"});
}

/// Actions with a name.
uint32_t CountActions(const Dataset& dataset) {
  const auto names = static_cast<uint32_t>(dataset.action_names().size());
  return names - (dataset.events().first_action == 0 ? 1 : 0);
}

Status ResolveContext(const std::string& key, bool is_there, const std::string& column,
                      std::string& setting) {
  if (setting == "auto") setting = is_there ? "on" : "off";
  if (setting == "off" || is_there) return Status();
  return InvalidArgument(key + " = 'on': the data set has no " + key + ". Try: " + key +
                         "=off, or import with " + column);
}

Status ResolveContexts(TrainConfig& config, const Dataset& dataset) {
  const bool has_times = !dataset.times().empty();
  if (config.time_gap == "auto") {
    config.time_gap = config.intents != "none" && has_times ? "on" : "off";
  }
  if (config.time_gap == "on" && !has_times) {
    return InvalidArgument(
        "time_gap = 'on': the data set has no times. Try: time_gap=off, or import with times");
  }
  TSUGI_RETURN_IF_ERROR(
      ResolveContext("actions", CountActions(dataset) > 0, "--action-column", config.actions));
  if (config.values == "off") return Status();  // edges are a sort of all values
  return ResolveContext("values", !FindValueEdges(dataset).empty(), "--value-column",
                        config.values);
}

Status ResolveSets(TrainConfig& config, const Dataset& dataset) {
  if (config.half_life_s < 0) config.half_life_s = HalfLifeOf(dataset);
  if (config.targets != "set") return Status();
  if (config.loss == "gbce") {
    return InvalidArgument(
        "targets = 'set' goes with loss cross_entropy or sampled_softmax. Try: "
        "loss=sampled_softmax");
  }
  if (config.set_size < 1 || config.set_size > 256) {
    return InvalidArgument("set_size = " + std::to_string(config.set_size) + ": expected 1 to 256");
  }
  if (!std::isfinite(config.half_life_events) || config.half_life_events < 0.0) {
    return InvalidArgument("half_life_events: expected a number of at least 0");
  }
  return Status();
}

Status ResolveItemSide(TrainConfig& config, const Dataset& dataset) {
  if (config.projection_width < 0) config.projection_width = std::max<int64_t>(4, config.width / 2);
  if (config.tower == "off") {
    config.tower_features = 0;
    config.id_mask = 0.0;
    return Status();
  }
  if (dataset.item_titles().size() == 0 && dataset.item_metadata().size() == 0) {
    return InvalidArgument(
        "tower = 'on': the data set says nothing of its items. Try: tower=off, or import with "
        "--items");
  }
  if (config.id_mask < 0.0) config.id_mask = MeasureColdShare(dataset);
  if (!(config.id_mask <= 0.9)) {
    return InvalidArgument("id_mask: expected a share of 0 to 0.9, or -1");
  }
  Default<int64_t>(config.tower_features, 1, ChooseFeatureCount(dataset));
  return Status();
}

Status ResolveIntents(TrainConfig& config, const Dataset& dataset) {
  if (config.intents == "none") return Status();
  Default<int64_t>(config.intent_layers, 1, 1);
  if (config.short_term_events < 0) {
    config.short_term_events = std::min(config.window, kShortTermEvents);
  }
  if (config.short_term_events > config.window) {
    return InvalidArgument("short_term_events = " + std::to_string(config.short_term_events) +
                           ": expected at most window, " + std::to_string(config.window));
  }
  if (config.short_term_events == 0) config.short_term_s = 0;
  if (config.short_term_s < 0) config.short_term_s = DefaultShortTermSeconds(dataset);
  if (config.short_term_s > std::numeric_limits<uint32_t>::max()) {
    return InvalidArgument("short_term_s = " + std::to_string(config.short_term_s) +
                           ": expected at most 4294967295 seconds");
  }
  if (!std::isfinite(config.intent_weight) || config.intent_weight < 0.0) {
    return InvalidArgument("intent_weight: expected a number of at least 0");
  }
  return Status();
}

}  // namespace

Result<TrainConfig> ResolveConfig(TrainConfig config, const Dataset& dataset) {
  TSUGI_RETURN_IF_ERROR(CheckChoices(config));
  const DataShape data = Measure(dataset);
  if (data.targets < 1) {
    return InvalidArgument(
        "the data set has no sequence with two trainable events; import more data");
  }
  const double targets_per_item = data.targets / data.items;
  const bool is_sparse = targets_per_item < kSparseTargetsPerItem;
  const bool is_small = data.targets < kSmallTargets;

  Default<int64_t>(config.window, 1,
                   std::clamp<int64_t>((data.length_p95 + 24) / 25 * 25, 50, 200));
  Default<int64_t>(config.width, 1, 128);
  TSUGI_RETURN_IF_ERROR(ResolveItemSide(config, dataset));
  Default<int64_t>(config.layers, 1, 2);
  Default<int64_t>(config.heads, 1, 2);
  Default<int64_t>(config.feed_forward, 1, 2 * config.width);
  if (config.scoring == "auto") config.scoring = "cosine";
  if (config.temperature <= 0.0) config.temperature = 0.07;
  TSUGI_RETURN_IF_ERROR(ResolveContexts(config, dataset));
  TSUGI_RETURN_IF_ERROR(ResolveIntents(config, dataset));
  if (config.loss == "auto") {
    config.loss = data.items <= kSmallCatalogue ? "cross_entropy" : "sampled_softmax";
  }
  TSUGI_RETURN_IF_ERROR(ResolveSets(config, dataset));
  // Popular negatives without correction would punish popular items; uniform ones gain nothing by
  // it.
  if (config.logq == "auto") config.logq = config.proposal == "popularity" ? "on" : "off";
  Default<int64_t>(config.negatives, 1, NegativesFor(data.items));
  config.negatives = std::min<int64_t>(config.negatives, static_cast<int64_t>(data.items) - 1);

  const double dropout = !is_sparse ? 0.2 : is_small ? 0.5 : 0.3;
  Default(config.dropout, 0.0, dropout);
  Default(config.input_dropout, 0.0, dropout);
  Default(config.weight_decay, 0.0, 0.01);
  Default(config.item_weight_decay, 0.0, 0.01);
  if (config.learning_rate <= 0.0) config.learning_rate = 2e-3;
  Default(config.ema_decay, 0.0, 0.999);
  Default<int64_t>(config.batch_tokens, 1, is_small ? 1024 : 2048);
  Default<int64_t>(config.workers, 1, CoreCount());
  Default<int64_t>(config.max_epochs, 1, is_small ? 25 : 15);
  Default<int64_t>(config.patience, 1, is_small ? 5 : 2);
  if (config.refit == "auto") config.refit = dataset.protocol() == "leave-one-out" ? "off" : "on";

  if (config.width % config.heads != 0) {
    return InvalidArgument("width " + std::to_string(config.width) +
                           " is not a multiple of heads " + std::to_string(config.heads));
  }
  TSUGI_RETURN_IF_ERROR(MakeSpec(config, dataset).Validate());
  return config;
}

std::vector<uint32_t> LabelCounts(const IntentLabels& intents) {
  std::vector<uint32_t> counts;
  for (const auto& family : intents.families()) {
    counts.push_back(static_cast<uint32_t>(family.labels.size()));
  }
  return counts;
}

SetRule MakeSetRule(const TrainConfig& config) {
  return {config.half_life_s, config.half_life_events, static_cast<uint32_t>(config.set_size)};
}

ModelSpec MakeSpec(const TrainConfig& config, const Dataset& dataset, const IntentLabels* intents) {
  ModelSpec spec;
  spec.item_count = static_cast<uint32_t>(dataset.item_count());
  spec.encoder.width = static_cast<uint32_t>(config.width);
  spec.encoder.layers = static_cast<uint32_t>(config.layers);
  spec.encoder.heads = static_cast<uint32_t>(config.heads);
  spec.encoder.feed_forward = static_cast<uint32_t>(config.feed_forward);
  spec.encoder.window = static_cast<uint32_t>(config.window);
  spec.time_gap_buckets = config.time_gap == "on" ? kTimeGapBuckets : 0;
  spec.action_count = config.actions == "on" ? CountActions(dataset) : 0;
  spec.value_buckets =
      config.values == "on" ? static_cast<uint32_t>(FindValueEdges(dataset).size() + 2) : 0;
  spec.encoder.block = config.block == "sasrec" ? BlockKind::kSasRec : BlockKind::kGated;
  spec.normalize_hidden = config.scoring == "cosine";
  spec.logit_scale = spec.normalize_hidden ? static_cast<float>(1.0 / config.temperature) : 1.0f;
  spec.projection_width = static_cast<uint32_t>(config.projection_width);
  if (config.tower_features > 0) {
    spec.item_tower = ItemTowerSpec{.features = static_cast<uint32_t>(config.tower_features)};
  }
  spec.input_scale = std::sqrt(static_cast<float>(spec.row_width()));
  spec.filter_seen = dataset.filter_seen_default();
  if (intents == nullptr || config.hierarchy != "on") return spec;
  spec.intent = IntentSpec{.family_labels = LabelCounts(*intents),
                           .layers = static_cast<uint32_t>(config.intent_layers),
                           .short_term_events = static_cast<uint32_t>(config.short_term_events),
                           .short_term_s = static_cast<uint32_t>(config.short_term_s)};
  return spec;
}

}  // namespace tsugi::train
