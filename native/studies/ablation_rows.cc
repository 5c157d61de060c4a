#include "native/studies/ablation_rows.h"

#include <algorithm>

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

Result<AblationPlan> ChooseRows(const AblationPlan& plan, const std::vector<std::string>& names) {
  std::string known;
  for (const AblationRow& row : plan.rows) known += (known.empty() ? "" : ", ") + row.name;
  for (const std::string& name : names) {
    const bool is_known = std::any_of(plan.rows.begin(), plan.rows.end(),
                                      [&name](const AblationRow& row) { return row.name == name; });
    if (!is_known) return InvalidArgument("--rows " + name + ": no such row. Try: " + known);
  }
  AblationPlan chosen;
  std::vector<size_t> places(plan.rows.size(), plan.rows.size());
  for (size_t r = 0; r < plan.rows.size(); ++r) {
    const bool is_named = std::find(names.begin(), names.end(), plan.rows[r].name) != names.end();
    if (r != plan.whole && !is_named) continue;
    places[r] = chosen.rows.size();
    chosen.rows.push_back(plan.rows[r]);
  }
  chosen.whole = places[plan.whole];
  for (const AblationPair& pair : plan.pairs) {
    if (places[pair.row] == plan.rows.size() || places[pair.base] == plan.rows.size()) continue;
    chosen.pairs.push_back({pair.name, pair.about, places[pair.row], places[pair.base]});
  }
  return chosen;
}

AblationPlan NetflixAblation(const train::TrainConfig& resolved) {
  AblationPlan plan;
  plan.rows = {{"whole", "the recipe", {}}};
  const auto add = [&plan](const char* name, const char* about, std::vector<std::string> settings) {
    plan.pairs.push_back({std::string("whole - ") + name, about, plan.whole, plan.rows.size()});
    plan.rows.push_back({name, about, std::move(settings)});
  };
  if (resolved.loss != "cross_entropy" || resolved.projection_width > 0) {
    add("full-head", "every item scored, rows as wide as the model",
        {"loss=cross_entropy", "projection_width=0"});
  }
  if (resolved.id_mask > 0.0) add("no-mask", "ids never hidden", {"id_mask=0"});
  if (resolved.tower == "on") add("no-tower", "items are ids alone", {"tower=off"});
  if (resolved.intents != "none") add("no-genre", "no genre task beside", {"intents=none"});
  if (resolved.actions == "on" || resolved.values == "on") {
    add("no-context", "events are items and times alone", {"actions=off", "values=off"});
  }
  if (resolved.targets == "next") {
    add("sets", "sets of later items as targets", {"targets=set"});
  } else {
    add("next", "the next item as target", {"targets=next"});
  }
  return plan;
}

AblationPlan SemanticAblation(const train::TrainConfig& resolved) {
  using Ranking = RecommendOptions::Ranking;
  AblationPlan plan;
  const auto add = [&plan](const char* name, const char* about, std::vector<std::string> settings) {
    plan.rows.push_back({name, about, std::move(settings), Ranking::kGenerated, "", true});
  };
  plan.rows.push_back({kRecommenderRow, "the item table", {"semantic=off"}});
  add("whole", "generated lists", {});
  plan.rows.push_back({"fused", "of both", {}, Ranking::kFused, "whole", true});
  add("positives", "generated, no negative tasks", {"task_negatives=0"});
  add("no-words", "generated, no tasks of words",
      {"task_text=0", "task_describe=0", "task_query=0"});
  const auto width = [&](int64_t wide) {
    return std::vector<std::string>{"language_width=" +
                                    std::to_string(std::max<int64_t>(8, wide / 8 * 8))};
  };
  add("half", "generated, half as wide", width(resolved.language_width / 2));
  add("double", "generated, twice as wide", width(resolved.language_width * 2));
  plan.whole = 1;
  plan.pairs = {{"fused - recommender", "what is generated", 2, 0},
                {"whole - positives", "negative tasks", 1, 3},
                {"whole - no-words", "tasks of words", 1, 4},
                {"whole - half", "width", 1, 5},
                {"double - whole", "width", 6, 1}};
  return plan;
}

AblationPlan NegativesAblation() {
  AblationPlan plan;
  plan.rows = {{"whole", "with negatives made by diffusion", {"diffusion_negatives=on"}},
               {"without", "the configuration's own negatives", {"diffusion_negatives=off"}}};
  plan.pairs = {{"whole - without", "negatives made by diffusion", 0, 1}};
  return plan;
}

}  // namespace tsugi
