#include "native/cli/second_stage.h"

#include <nlohmann/json.hpp>

#include "native/eval/fusion_choice.h"
#include "native/model/model_file.h"
#include "native/report/text_file.h"
#include "native/train/run_files.h"
#include "native/train/stages/imagine/imagination.h"
#include "native/train/stages/semantic_ids/semantic_stage.h"

namespace tsugi {
namespace {

using nlohmann::json;

constexpr size_t kFusionCases = 20'000;

Status NoteStage(const TrainingRunOptions& options, const char* name, const json& of_stage,
                 Provenance& provenance) {
  json card = json::parse(provenance.metrics, nullptr, /*allow_exceptions=*/false);
  if (!card.is_object()) card = json::object();
  card[name] = of_stage;
  provenance.metrics = card.dump();
  return WriteText(options.out / "log.jsonl", of_stage.dump() + "\n", /*append=*/true);
}

Result<bool> AddImagination(const Dataset& dataset, const train::TrainConfig& config,
                            const TrainingRunOptions& options) {
  const auto path = options.out / train::kWeightsFile;
  TSUGI_ASSIGN_OR_RETURN(const Model model, LoadModelFile(path));
  if (options.resume && model.view().spec.imagine) return true;  // behind its end
  TSUGI_ASSIGN_OR_RETURN(const train::ImaginationResult result,
                         train::TrainImagination(dataset, model.view(), config, options.seed,
                                                 options.on_prior, options.should_stop));
  if (options.should_stop && options.should_stop()) return false;
  Provenance provenance = model.provenance();
  const json stage = {
      {"valid_loss", result.prior_loss},
      {"step", result.prior_step},
      {"ratings", result.ratings},
      {"likes", result.likes},
      {"attribute_auc", result.decoder.attribute_auc},
      {"title_word_accuracy", result.decoder.word_accuracy},
      {"title_word_accuracy_of_frequent_followers", result.decoder.common_accuracy}};
  TSUGI_RETURN_IF_ERROR(NoteStage(options, "imagine", stage, provenance));
  TSUGI_RETURN_IF_ERROR(SaveModel(path, result.model->view(), provenance));
  return true;
}

Result<bool> AddSemantics(const Dataset& dataset, const train::TrainConfig& config,
                          const TrainingRunOptions& options) {
  const auto path = options.out / train::kWeightsFile;
  TSUGI_ASSIGN_OR_RETURN(const Model model, LoadModelFile(path));
  if (options.resume && model.view().spec.semantic_ids) return true;  // behind its end
  TSUGI_ASSIGN_OR_RETURN(
      const train::SemanticResult result,
      train::TrainSemantics(dataset, model.view(), config, options.seed, options.on_items,
                            options.on_language, options.should_stop));
  if (options.should_stop && options.should_stop()) return false;
  const auto with_language = options.out / "semantic.tsugi";
  TSUGI_RETURN_IF_ERROR(SaveModel(with_language, result.model->view(), model.provenance()));
  TSUGI_ASSIGN_OR_RETURN(const Model trained, LoadModelFile(with_language));
  TSUGI_ASSIGN_OR_RETURN(const FusionChoice fusion,
                         ChooseFusion(trained.view(), dataset, kFusionCases, options.on_fusion));
  ModelView view = trained.view();
  view.spec.semantic_ids->fusion.share = fusion.rule.share;
  view.spec.semantic_ids->fusion.slope = fusion.rule.slope;
  view.spec.semantic_ids->fusion.threshold = fusion.rule.threshold;
  const json stage = {{"epoch", result.epoch},
                      {"valid_nats_per_item", result.scores.next_loss},
                      {"judge_auc", result.scores.judge_auc},
                      {"judge_hard_auc", result.scores.judge_hard_auc},
                      {"next_sub_word_accuracy", result.scores.text_accuracy},
                      {"next_sub_word_accuracy_of_frequent_followers", result.scores.text_common},
                      {"shared_ids_before_repair", result.items.shared},
                      {"kept_variance", result.items.reconstruction},
                      {"valid_ndcg@10",
                       {{"item_table", fusion.table_ndcg},
                        {"generated", fusion.generated_ndcg},
                        {"fused", fusion.ndcg}}},
                      {"fusion", {fusion.rule.share, fusion.rule.slope, fusion.rule.threshold}}};
  Provenance provenance = model.provenance();
  TSUGI_RETURN_IF_ERROR(NoteStage(options, "semantic", stage, provenance));
  TSUGI_RETURN_IF_ERROR(SaveModel(path, view, provenance));
  std::error_code ignored;
  std::filesystem::remove(with_language, ignored);
  return true;
}

}  // namespace

Result<bool> RunSecondStage(const Dataset& dataset, const train::TrainConfig& config,
                            const TrainingRunOptions& options) {
  bool is_there = true;
  if (config.imagine.enabled) {
    TSUGI_ASSIGN_OR_RETURN(is_there, AddImagination(dataset, config, options));
  }
  if (is_there && config.semantic_ids.enabled) return AddSemantics(dataset, config, options);
  return is_there;
}

}  // namespace tsugi
