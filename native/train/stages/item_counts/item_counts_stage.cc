#include <algorithm>
#include <cmath>

#include "native/train/stage.h"

namespace tsugi::train {
namespace {

/// Counts the events that training read. Nothing is trained. It is a stage so that every finished
/// recommender is given the counts.
Result<StageResult> AddItemCounts(const StageContext& context, ModelData& model, Observer&) {
  const Dataset& dataset = context.dataset;
  const auto ends = context.config.refit == Switch::kOn ? dataset.refit_end() : dataset.train_end();
  std::vector<uint64_t> counts(dataset.item_count());
  uint64_t events = 0;
  for (size_t s = 0; s < ends.size(); ++s) {
    for (const uint32_t item : dataset.sequence_items(s).first(ends[s])) ++counts[item];
    events += ends[s];
  }
  ModelSpec spec = model.spec;
  spec.item_counts =
      ItemCountsSpec{.events = static_cast<uint32_t>(std::min<uint64_t>(events, UINT32_MAX))};
  TSUGI_RETURN_IF_ERROR(model.ChangeSpec(spec));
  const auto levels = model.tensors.find(kItemCountLevels)->second.as<uint8_t>();
  for (size_t i = 0; i < levels.size(); ++i) {
    const double level = kLevelsPerLog * std::log1p(static_cast<double>(counts[i]));
    levels[i] = static_cast<uint8_t>(std::min(255.0, std::round(level)));
  }
  return StageResult{false, {{"events", events}}};
}

}  // namespace

const Stage kItemCountsStage = {
    .name = "item_counts",
    .is_wanted = [](const TrainConfig&) { return true; },
    .is_in = [](const ModelSpec& spec) { return spec.item_counts.has_value(); },
    .check = [](const Dataset&, const TrainConfig&) { return Status(); },
    .run = AddItemCounts,
};

}  // namespace tsugi::train
