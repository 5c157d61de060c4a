#include "native/cli/ablation_rows.h"

namespace tsugi {

AblationPlan IntentAblation(const train::TrainConfig& resolved, const IntentLabels& labels) {
  const std::string depth = "layers=" + std::to_string(resolved.layers + resolved.intent_layers);
  const std::string time_gap = "time_gap=" + resolved.time_gap;
  AblationPlan plan;
  plan.rows = {
      {"V0", "no intents", {"intents=none", depth, time_gap}},
      {"V1", "intents beside the items (multi-task)", {"hierarchy=off", depth, time_gap}},
      {"V2", "intents feed the item encoder", {"short_term_events=0", time_gap}},
      {"V3", "and the short-term encoder", {time_gap}},
  };
  plan.whole = 3;
  plan.pairs = {{"V1 - V0", "intents as further tasks", 1, 0},
                {"V2 - V1", "the hierarchy", 2, 1},
                {"V3 - V2", "short-term interest", 3, 2},
                {"V3 - V0", "all of it", 3, 0}};
  if (labels.families().size() < 2) return plan;
  for (const IntentFamily& family : labels.families()) {
    plan.pairs.push_back(
        {"V3 - " + family.name, "the other families", plan.whole, plan.rows.size()});
    plan.rows.push_back(
        {"only-" + family.name, "V3 with this family alone", {"intents=" + family.name, time_gap}});
  }
  return plan;
}

}  // namespace tsugi
