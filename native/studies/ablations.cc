#include <algorithm>

#include "native/intent/intent_labels.h"
#include "native/studies/training_rows.h"

namespace tsugi {
namespace {

using train::TrainConfig;

/// IntentRec's ablation. V0 and V1 get the layers of the intent encoder as layers of their own, so
/// that depth is the same, and every row reads times if V3 does. Source: IntentRec (arXiv
/// 2408.05353), table 3.
Result<std::vector<TrainingRow>> IntentRows(const StudyRequest&, const TrainConfig& resolved,
                                            const Dataset& dataset) {
  if (!resolved.intent.enabled()) {
    return InvalidArgument("study intents: the configuration has no intents. Try: --preset intent");
  }
  TSUGI_ASSIGN_OR_RETURN(const IntentLabels labels,
                         IntentLabels::Build(dataset, resolved.intent.families));
  const std::string depth = "layers=" + std::to_string(resolved.layers + resolved.intent.layers);
  const std::string time_gap = "time_gap=" + std::string(train::NameOf(resolved.time_gap));
  std::vector<TrainingRow> rows = {
      {"V0", "no intents", {"intent.families=none", depth, time_gap}},
      {"V1", "intents as further tasks (multi-task)", {"intent.hierarchy=off", depth, time_gap}},
      {"V2", "intents feed the item encoder", {"intent.short_term_events=0", time_gap}},
      {"V3", "and the short-term encoder", {time_gap}},
  };
  rows.back().measures_intents = true;
  // With a single family, V3 with this family alone is V3.
  if (labels.families().size() < 2) return rows;
  for (const IntentFamily& family : labels.families()) {
    rows.push_back({"only-" + family.name,
                    "V3 with this family alone",
                    {"intent.families=" + family.name, time_gap}});
  }
  return rows;
}

/// The Netflix recipe's ablation (arXiv 2605.23312): the whole, and it without one part each or
/// with the other kind of targets. Rows of parts that the configuration does not have are left out.
Result<std::vector<TrainingRow>> NetflixRows(const StudyRequest&, const TrainConfig& resolved,
                                             const Dataset& dataset) {
  std::vector<TrainingRow> rows = {{"whole", "the recipe", {}}};
  // A row that takes away a part that is not there would be the whole under another name, and its
  // difference a measurement of noise.
  if (resolved.loss != train::LossKind::kCrossEntropy || resolved.projection_width > 0) {
    rows.push_back({"full-head",
                    "every item scored, rows as wide as the model",
                    {"loss=cross_entropy", "projection_width=0"}});
  }
  if (resolved.item_tower.id_mask > 0.0) {
    rows.push_back({"no-mask", "ids never hidden", {"item_tower.id_mask=0"}});
  }
  if (resolved.item_tower.enabled) {
    rows.push_back({"no-tower", "items are ids alone", {"item_tower.enabled=off"}});
  }
  const bool has_text = dataset.item_titles().size() > 0 || dataset.item_metadata().size() > 0;
  if (!resolved.item_tower.modalities().empty() && has_text) {
    rows.push_back({"no-vectors", "items without given vectors", {"item_tower.vectors=off"}});
  }
  if (resolved.intent.enabled()) {
    rows.push_back({"no-genre", "no genre task", {"intent.families=none"}});
  }
  if (resolved.actions == train::Switch::kOn || resolved.values == train::Switch::kOn) {
    rows.push_back(
        {"no-context", "events are items and times alone", {"actions=off", "values=off"}});
  }
  if (resolved.targets == train::TargetKind::kNext) {
    rows.push_back({"sets", "sets of later items as targets", {"targets=set"}});
  } else {
    rows.push_back({"next", "the next item as target", {"targets=next"}});
  }
  return rows;
}

/// Semantic Convergence's ablation (arXiv 2412.13771). One recommender a seed serves all rows.
Result<std::vector<TrainingRow>> SemanticRows(const StudyRequest&, const TrainConfig& resolved,
                                              const Dataset&) {
  if (!resolved.semantic_ids.enabled) {
    return InvalidArgument(
        "study semantic: the configuration has no language part. Try: --preset semantic");
  }
  // Rounded down to a multiple of 8, which SemanticIdsConfig requires.
  const auto width = [&](int64_t wide) {
    return std::vector<std::string>{"semantic_ids.width=" +
                                    std::to_string(std::max<int64_t>(8, wide / 8 * 8))};
  };
  std::vector<TrainingRow> rows = {
      {kRecommenderRow, "the item table", {"semantic_ids.enabled=off"}},
      {"whole", "generated lists", {}},
      {"fused", "of both", {}},
      {"positives", "generated, no negative tasks", {"semantic_ids.task_negatives=0"}},
      {"no-words",
       "generated, no tasks of words",
       {"semantic_ids.task_text=0", "semantic_ids.task_describe=0", "semantic_ids.task_query=0"}},
      {"half", "generated, half as wide", width(resolved.semantic_ids.width / 2)},
      {"double", "generated, twice as wide", width(resolved.semantic_ids.width * 2)}};
  for (size_t r = 1; r < rows.size(); ++r) {
    // Row 0 is the recommender itself. The others share its weights and differ in the language
    // part.
    rows[r].is_second_stage = true;
    rows[r].ranking = RecommendOptions::Ranking::kGenerated;
  }
  // Fused lists need no training of their own: the same model, ranked otherwise.
  rows[2].ranking = RecommendOptions::Ranking::kFused;
  rows[2].folder = "whole";
  return rows;
}

/// CNSDiff's negatives (arXiv 2508.07243) added to the configuration's own.
Result<std::vector<TrainingRow>> NegativesRows(const StudyRequest&, const TrainConfig&,
                                               const Dataset&) {
  return std::vector<TrainingRow>{
      {"whole", "with negatives made by diffusion", {"diffusion_negatives=on"}},
      {"without", "the configuration's own negatives", {"diffusion_negatives=off"}}};
}

}  // namespace

Study IntentsStudy() {
  return TrainingStudy("intents", "IntentRec without its parts",
                       {{"V1", "V0", "intents as further tasks"},
                        {"V2", "V1", "the hierarchy"},
                        {"V3", "V2", "short-term interest"},
                        {"V3", "V0", "all of it"},
                        {"V3", kEachOtherRow, "the other families"}},
                       IntentRows);
}

Study NetflixStudy() {
  return TrainingStudy("netflix", "Netflix's recipe without each part", {{"whole", kEachOtherRow}},
                       NetflixRows);
}

Study SemanticStudy() {
  return TrainingStudy("semantic", "the language part without its tasks and of other widths",
                       {{"fused", "recommender", "what is generated"},
                        {"whole", "positives", "negative tasks"},
                        {"whole", "no-words", "tasks of words"},
                        {"whole", "half", "width"},
                        {"double", "whole", "width"}},
                       SemanticRows);
}

Study NegativesStudy() {
  return TrainingStudy("negatives", "with negatives made by diffusion and without",
                       {{"whole", "without", "negatives made by diffusion"}}, NegativesRows);
}

}  // namespace tsugi
