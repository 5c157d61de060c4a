#include "native/train/intent/intent_config.h"

#include <algorithm>
#include <limits>

#include "core/base/concat.h"

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

Status IntentConfig::Resolve(int64_t window, const Dataset& dataset) {
  if (!enabled()) return Status();
  if (layers == 0) layers = 1;
  if (short_term_events < 0) short_term_events = std::min(window, kShortTermEvents);
  if (short_term_events > window) {
    return InvalidArgument(Concat("intent.short_term_events = ", short_term_events,
                                  " (expected at most window, ", window,
                                  "). Try: intent.short_term_events=", window));
  }
  if (short_term_events == 0) short_term_s = 0;
  if (short_term_s < 0) short_term_s = DefaultShortTermSeconds(dataset);
  return Status();
}

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
