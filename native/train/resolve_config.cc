#include <algorithm>
#include <cmath>
#include <cstdio>
#include <thread>
#include <vector>

#include "core/base/text.h"
#include "native/train/event_targets.h"
#include "native/train/train_config.h"

namespace tsugi::train {
namespace {

/// What the rules below look at.
struct DataShape {
  double items;         ///< N
  double targets;       ///< predictable events in the training part
  double mean_length;   ///< trainable events a sequence
  uint32_t length_p95;  ///< 95 % quantile of the sequence length
};

/// Looks at the training part alone: keys that followed from validation or test events would leak
/// them into the model. The quantile takes O(S), where a sort would take O(S log S).
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

/// Keys are numbers and not optionals, so that they can be written in TOML. A value below the least
/// allowed one means "not set".
template <typename T>
void Default(T& value, T unset_below, T derived) {
  if (value < unset_below) value = derived;
}

/// Values that code has set, not MakeConfig.
Status CheckRanges(TrainConfig& config) {
  for (const ConfigSection& section : Sections(config)) {
    for (const Field& field : section.fields) {
      if (field.Set(field.Get())) continue;
      return field.Refuse(KeyOf(section, field), ToText(field.Get()));
    }
  }
  return Status();
}

/// Choices that do not go together.
Status CheckChoices(const TrainConfig& config) {
  if (config.diffusion_negatives &&
      (config.loss == LossKind::kGbce || config.targets == TargetKind::kSet ||
       config.scoring == Scoring::kDot)) {
    return InvalidArgument(
        "diffusion_negatives = on: works in a softmax over the next item, by cosine. Try: "
        "loss=auto, targets=next and scoring=cosine");
  }
  if (config.targets == TargetKind::kSet && config.loss == LossKind::kGbce) {
    return InvalidArgument(
        "targets = set: goes with a softmax alone. Try: loss=sampled_softmax or "
        "loss=cross_entropy");
  }
  return Status();
}

/// Actions with a name.
/// The unnamed action is the engine's 0, for which every model has a row.
uint32_t CountActions(const Dataset& dataset) {
  const auto names = static_cast<uint32_t>(dataset.action_names().size());
  return names - (dataset.events().first_action == 0 ? 1 : 0);
}

/// Decides about what an event's input holds besides its item: `what`, which `column` brings.
Status ResolveContext(std::string_view key, std::string_view what, bool is_there,
                      std::string_view column, Switch& setting) {
  if (setting == Switch::kAuto) setting = is_there ? Switch::kOn : Switch::kOff;
  if (setting == Switch::kOff || is_there) return Status();
  return InvalidArgument(Concat(key, " = on: the data set has no ", what, ". Try: ", key,
                                "=off, or import with ", column));
}

/// `auto` of time_gap becomes off here. A part that wants times has turned it on before, in its
/// Resolve.
Status ResolveContexts(TrainConfig& config, const Dataset& dataset) {
  const bool has_times = !dataset.times().empty();
  if (config.time_gap == Switch::kAuto) config.time_gap = Switch::kOff;
  TSUGI_RETURN_IF_ERROR(ResolveContext("time_gap", "times", has_times, "times", config.time_gap));
  const auto values = dataset.values();
  const auto is_known = [](float value) { return value > 0.0f; };  // as EventWeights
  if (config.value_weight && std::none_of(values.begin(), values.end(), is_known)) {
    return InvalidArgument(
        "value_weight = on: the data set has no values above 0. Try: value_weight=off, or import "
        "with --value-column");
  }
  TSUGI_RETURN_IF_ERROR(ResolveContext("actions", "actions", CountActions(dataset) > 0,
                                       "--action-column", config.actions));
  if (config.values == Switch::kOff) return Status();  // edges are a sort of all values
  return ResolveContext("values", "values", !FindValueEdges(dataset).empty(), "--value-column",
                        config.values);
}

/// How fast and how long to learn, and how much to hold back from the training set.
void ResolveLearning(bool is_sparse, bool is_small, TrainConfig& config) {
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
}

}  // namespace

// The order matters. The window comes before the parts, which derive theirs from it. The parts come
// before the contexts, since a part may ask for time gaps. The spec is checked last, when nothing
// can change any more.
Result<TrainConfig> ResolveConfig(TrainConfig config, const Dataset& dataset) {
  TSUGI_RETURN_IF_ERROR(CheckRanges(config));
  TSUGI_RETURN_IF_ERROR(CheckChoices(config));
  const DataShape data = Measure(dataset);
  if (data.targets < 1) {
    return InvalidArgument(
        "the data set has no sequence with two trainable events; import more data");
  }
  const bool is_sparse = data.targets / data.items < kSparseTargetsPerItem;

  Default<int64_t>(config.window, 1,
                   std::clamp<int64_t>((data.length_p95 + 24) / 25 * 25, 50, 200));
  Default<int64_t>(config.width, 1, 128);
  if (config.projection_width < 0) config.projection_width = std::max<int64_t>(4, config.width / 2);
  if (config.projection_width > config.width ||
      (config.projection_width > 0 && config.projection_width < 4)) {
    return InvalidArgument(Concat("projection_width = ", config.projection_width,
                                  " (expected 4 to width, ", config.width,
                                  "). Try: projection_width=0, or -1 for half the width"));
  }
  Default<int64_t>(config.layers, 1, 2);
  Default<int64_t>(config.heads, 1, 2);
  Default<int64_t>(config.feed_forward, 1, 2 * config.width);
  if (config.scoring == Scoring::kAuto) config.scoring = Scoring::kCosine;
  if (config.temperature <= 0.0) config.temperature = 0.07;
  for (PartConfig* part : PartsOf(config)) {
    TSUGI_RETURN_IF_ERROR(part->Resolve(config, dataset));
  }
  TSUGI_RETURN_IF_ERROR(ResolveContexts(config, dataset));
  if (config.loss == LossKind::kAuto) {
    config.loss =
        data.items <= kSmallCatalogue ? LossKind::kCrossEntropy : LossKind::kSampledSoftmax;
  }
  if (config.half_life_s < 0) config.half_life_s = HalfLifeOf(dataset);
  // Popular negatives without correction would punish popular items; uniform ones gain nothing by
  // it.
  if (config.logq == Switch::kAuto) {
    config.logq = config.proposal == Proposal::kPopularity ? Switch::kOn : Switch::kOff;
  }
  Default<int64_t>(config.negatives, 1, NegativesFor(data.items));
  // NegativesFor returns 512 at least, and a small catalogue has fewer items than that. GbceBeta
  // requires fewer negatives than items.
  config.negatives = std::min<int64_t>(config.negatives, static_cast<int64_t>(data.items) - 1);

  ResolveLearning(is_sparse, data.targets < kSmallTargets, config);
  if (config.refit == Switch::kAuto) {
    config.refit = dataset.protocol() == "leave-one-out" ? Switch::kOff : Switch::kOn;
  }

  if (config.width % config.heads != 0) {
    return InvalidArgument(
        Concat("width = ", config.width, " is not a multiple of heads = ", config.heads,
               ". Try: width=", (config.width / config.heads + 1) * config.heads));
  }
  TSUGI_RETURN_IF_ERROR(MakeSpec(config, dataset).Validate());
  return config;
}

SetRule MakeSetRule(const TrainConfig& config) {
  return {config.half_life_s, config.half_life_events, static_cast<uint32_t>(config.set_size)};
}

ModelSpec MakeSpec(const TrainConfig& config, const Dataset& dataset) {
  ModelSpec spec;
  spec.item_count = static_cast<uint32_t>(dataset.item_count());
  spec.encoder = {.width = static_cast<uint32_t>(config.width),
                  .layers = static_cast<uint32_t>(config.layers),
                  .heads = static_cast<uint32_t>(config.heads),
                  .feed_forward = static_cast<uint32_t>(config.feed_forward),
                  .window = static_cast<uint32_t>(config.window),
                  .block = config.block};
  spec.time_gap_buckets = config.time_gap == Switch::kOn ? kTimeGapBuckets : 0;
  spec.action_count = config.actions == Switch::kOn ? CountActions(dataset) : 0;
  spec.value_buckets =
      config.values == Switch::kOn ? static_cast<uint32_t>(FindValueEdges(dataset).size() + 2) : 0;
  spec.normalize_hidden = config.scoring == Scoring::kCosine;
  spec.logit_scale = spec.normalize_hidden ? static_cast<float>(1.0 / config.temperature) : 1.0f;
  spec.projection_width = static_cast<uint32_t>(config.projection_width);
  // Rows of length 1 have numbers of about 1 / sqrt(W). The scale brings them to about 1, the size
  // that layers with weights of 1 / sqrt(inputs) expect.
  spec.input_scale = std::sqrt(static_cast<float>(spec.row_width()));
  spec.filter_seen = dataset.filter_seen_default();
  for (const PartConfig* part : PartsOf(config)) part->AddTo(spec);
  return spec;
}

// A multiply-add counts as two operations. Backward takes two products of the size of the forward
// one: one for the query, one for the rows.
HeadCost CountHeadCost(const TrainConfig& config, const ModelSpec& spec) {
  constexpr double kPerNumber = 3 * 2;
  const double width = spec.encoder.width, row = spec.row_width();
  const double scored = config.loss == LossKind::kCrossEntropy
                            ? static_cast<double>(spec.item_count)
                            : static_cast<double>(config.negatives + 1);
  const double layers = spec.projection_width > 0 ? 2 * width * row : 0.0;
  return {kPerNumber * (scored * row + layers), kPerNumber * spec.item_count * width};
}

std::string DescribeResolved(const TrainConfig& config, const Dataset& dataset) {
  const HeadCost cost = CountHeadCost(config, MakeSpec(config, dataset));
  char line[256];
  std::snprintf(line, sizeof line,
                "head: %.3g MFLOP a predicted event; full cross-entropy without a projection: %.3g "
                "(%.1f x)\n",
                cost.here / 1e6, cost.full / 1e6, cost.full / cost.here);
  std::string text = line;
  for (const PartConfig* part : PartsOf(config)) {
    for (const std::string& note : part->Notes()) text += note + "\n";
  }
  return text;
}

}  // namespace tsugi::train
