#include "native/train/intent/intent_config.h"

#include <algorithm>
#include <limits>

#include "core/base/text.h"
#include "native/train/train_config.h"

namespace tsugi::train {
namespace {

/// Events that the short-term encoder looks back on, unless the config says otherwise.
constexpr int64_t kShortTermEvents = 20;
constexpr double kMostSeconds = std::numeric_limits<uint32_t>::max();

}  // namespace

std::vector<Field> IntentConfig::Fields() {
  return {
      {"families", &families,
       "none, auto, or families and metadata fields, separated by commas (native/intent/README.md)",
       "which intents are predicted"},
      {"hierarchy", &hierarchy,
       "feeds intents to the item encoder; off: they are a further task only"},
      {"layers", &layers, {1, 64, {}, 0}, "layers of the intent encoder"},
      {"short_term_events",
       &short_term_events,
       {0, 16384, "events", -1},
       "window of the short-term encoder; 0: no such encoder"},
      {"short_term_s",
       &short_term_s,
       {0, kMostSeconds, "seconds", -1},
       "longest time of that window; 0: no limit"},
      {"weight", &weight, {0, 1000}, "weight of the intent losses in the loss"},
      {"heads_learn_items", &heads_learn_items, "trains the intent heads by the item loss too"},
  };
}

// Turns on time gaps where the log has times. That is why parts are resolved before the contexts of
// events: a key that is still `auto` then becomes off.
Status IntentConfig::Resolve(TrainConfig& config, const Dataset& dataset) {
  labels.reset();
  if (!enabled()) return Status();
  const bool has_times = !dataset.times().empty();
  if (config.time_gap == Switch::kAuto && has_times) config.time_gap = Switch::kOn;
  if (layers == 0) layers = 1;
  if (short_term_events < 0) short_term_events = std::min(config.window, kShortTermEvents);
  if (short_term_events > config.window) {
    return InvalidArgument(Concat("intent.short_term_events = ", short_term_events,
                                  " (expected at most window, ", config.window,
                                  "). Try: intent.short_term_events=", config.window));
  }
  if (short_term_events == 0) short_term_s = 0;
  if (short_term_s < 0) short_term_s = DefaultShortTermSeconds(dataset);
  TSUGI_ASSIGN_OR_RETURN(IntentLabels built, IntentLabels::Build(dataset, families));
  labels = std::make_shared<const IntentLabels>(std::move(built));
  return Status();
}

// Without the hierarchy intents are a further task of training alone. The heads are not exported,
// so the model's spec knows nothing of them.
void IntentConfig::AddTo(ModelSpec& spec) const {
  if (labels == nullptr || !hierarchy) return;
  spec.intent = IntentSpec{.family_labels = LabelCounts(),
                           .layers = static_cast<uint32_t>(layers),
                           .short_term_events = static_cast<uint32_t>(short_term_events),
                           .short_term_s = static_cast<uint32_t>(short_term_s)};
}

std::vector<std::string> IntentConfig::Notes() const {
  std::vector<std::string> notes;
  if (labels == nullptr) return notes;
  for (const IntentFamily& family : labels->families()) {
    if (family.name != "topic") continue;
    // Which field tells the topic is a guess.
    const std::string& field = family.item_labels.field;
    notes.push_back(field.empty()
                        ? "topics are groups of items that sequences hold together. Try: "
                          "--set intent.families=FIELD,... for a field of the items"
                        : Concat("topics are the values of \"", field,
                                 "\". Try: --set intent.families=FIELD,... for another field"));
  }
  for (const std::string& family : labels->dropped()) notes.push_back("without intent " + family);
  return notes;
}

std::vector<uint32_t> IntentConfig::LabelCounts() const {
  std::vector<uint32_t> counts;
  if (labels == nullptr) return counts;
  for (const IntentFamily& family : labels->families()) {
    counts.push_back(static_cast<uint32_t>(family.labels.size()));
  }
  return counts;
}

// The third quartile of the time that five events in a row take: three of four such runs fit into
// the window. Only training events count, since this becomes a key of the model.
int64_t DefaultShortTermSeconds(const Dataset& dataset) {
  constexpr size_t kRun = 5;
  constexpr int64_t kLeast = 60, kMost = std::numeric_limits<uint32_t>::max();
  std::vector<int64_t> spans;
  const auto times = dataset.times();
  for (size_t s = 0; s < dataset.sequence_count() && !times.empty(); ++s) {
    const auto sequence = times.subspan(dataset.offsets()[s], dataset.train_end()[s]);
    for (size_t i = kRun - 1; i < sequence.size(); ++i) {
      const int64_t first = sequence[i + 1 - kRun], last = sequence[i];
      if (first > 0 && last > 0) spans.push_back(std::max<int64_t>(0, last - first));
    }
  }
  if (spans.empty()) return 0;
  const auto at = spans.begin() + static_cast<ptrdiff_t>(spans.size() * 3 / 4);
  std::nth_element(spans.begin(), at, spans.end());
  return std::clamp(*at, kLeast, kMost);
}

}  // namespace tsugi::train
