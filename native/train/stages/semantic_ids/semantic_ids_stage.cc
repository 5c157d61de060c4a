#include "native/train/stages/semantic_ids/semantic_ids_stage.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "core/model/tensor_table.h"
#include "native/eval/semantic_ids/fusion_choice.h"
#include "native/semantic_ids/semantic_ids.h"
#include "native/train/model_tensors.h"
#include "native/train/stage.h"
#include "native/train/validation.h"

namespace tsugi::train {
namespace {

constexpr size_t kMostValidCases = 8000;
constexpr size_t kFusionCases = 20'000;
constexpr int64_t kHeadWidth = 32;

/// Heads of about kHeadWidth numbers; fewer and wider ones where that number does not divide the
/// width.
ModelSpec WithLanguage(const ModelView& model, const SemanticIdsConfig& config, size_t pieces) {
  ModelSpec spec = model.spec;
  const int64_t width = config.width;
  int64_t heads = std::max<int64_t>(1, width / kHeadWidth);
  while (width % heads != 0) --heads;
  spec.semantic_ids = SemanticIdsSpec{.encoder = {.width = static_cast<uint32_t>(width),
                                                  .layers = static_cast<uint32_t>(config.layers),
                                                  .heads = static_cast<uint32_t>(heads),
                                                  .feed_forward = static_cast<uint32_t>(4 * width),
                                                  .window = static_cast<uint32_t>(config.window),
                                                  .block = BlockKind::kSasRec},
                                      .pieces = static_cast<uint32_t>(pieces)};
  return spec;
}

/// Codes of a file, if the config names one. Errors: ReadSemanticIds.
Result<SemanticIds> GivenCodes(const SemanticIdsConfig& config, const StringTableView& item_ids,
                               uint32_t item_count) {
  if (ParseChoice<CodeMethod>(config.codes)) return SemanticIds();
  return ReadSemanticIds(config.codes, item_ids, item_count);
}

/// Item tokens start where their codewords stand, sub-words where the text space has them, at the
/// scale of the others.
void StartFrom(const Tokenization& items, LanguageModel& network) {
  torch::NoGradGuard no_grad;
  auto& tokens = network.tokens();
  const double scale = 1.0 / std::sqrt(static_cast<double>(tokens.size(1)));
  tokens.slice(0, 0, kItemTokens).copy_(items.starts * scale);
  if (!items.pieces.empty()) tokens.slice(0, kFirstPiece).copy_(items.space.pieces * scale);
}

/// Rows of the trie in ascending order of the ids, as core/parts/semantic_ids/item_trie.h reads
/// them.
void WriteTrie(const SemanticIds& ids, std::span<uint8_t> trie) {
  std::vector<uint32_t> order(ids.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return ids[a] < ids[b]; });
  for (size_t row = 0; row < order.size(); ++row) {
    SetTrieRow(trie.data() + row * kTrieRowBytes, ids[order[row]], order[row]);
  }
}

/// The last step of the stage. Until then nothing of `model` has changed, so a stage that fails or
/// is stopped leaves a model without the part and not with half of it.
Status AddToModel(const ModelSpec& spec, const Tokenization& items, const LanguageModel& network,
                  ModelData& model) {
  TSUGI_RETURN_IF_ERROR(model.ChangeSpec(spec));
  WriteParameters(network, kLanguage, model);
  std::ranges::copy(items.row_codewords.codewords, model.floats(kCodewordTable).begin());
  WriteTrie(items.ids, model.tensors.find(kItemTrie)->second.as<uint8_t>());
  model.strings[kPieceStrings] = ToTable(items.pieces);
  return Status();
}

/// A collapsed codebook is a warning and no error: the model still works, but its ids say little.
void TellOfCodes(const Tokenization& items, Observer& observer) {
  char line[192];
  std::snprintf(
      line, sizeof line,
      "codes  %zu items  %zu sub-words  variance kept %.3f  %zu items shared an id before "
      "repair",
      items.ids.size(), items.pieces.size(), items.reconstruction, items.shared);
  observer.OnNote(line);
  const CodeUsage usage = MeasureUsage(items.ids);
  if (!usage.is_collapsed) return;
  std::snprintf(line, sizeof line,
                "warning: a codebook has collapsed (%.1f, %.1f, %.1f and %.1f bits a level). Try: "
                "semantic_ids.codes=kmeans, or another semantic_ids.text_weight",
                usage.entropy_bits[0], usage.entropy_bits[1], usage.entropy_bits[2],
                usage.entropy_bits[3]);
  observer.OnNote(line);
}

/// The fusion is chosen after the part is in the model, because ChooseFusion ranks with the engine
/// and needs a whole model.
Result<StageResult> RunSemanticIds(const StageContext& context, ModelData& model,
                                   Observer& observer) {
  TSUGI_ASSIGN_OR_RETURN(
      const SemanticIdsResult trained,
      TrainSemanticIds(context.dataset, context.config, context.options.seed, observer, model));
  if (trained.was_interrupted) return StageResult{true, {}};
  TSUGI_ASSIGN_OR_RETURN(const FusionChoice fusion,
                         ChooseFusion(model.View(), context.dataset, kFusionCases,
                                      [&observer](size_t done, size_t total) {
                                        observer.OnWork("fusion", "cases", done, total);
                                      }));
  model.spec.semantic_ids->fusion = fusion.rule;
  const LanguageScores& scores = trained.scores;
  return StageResult{false,
                     {{"epoch", trained.epoch},
                      {"valid_nats_per_item", scores.next_loss},
                      {"judge_auc", scores.judge_auc},
                      {"judge_hard_auc", scores.judge_hard_auc},
                      {"next_sub_word_accuracy", scores.text_accuracy},
                      {"next_sub_word_accuracy_of_frequent_followers", scores.text_common},
                      {"shared_ids_before_repair", trained.items.shared},
                      {"kept_variance", trained.items.reconstruction},
                      {"valid_ndcg@10",
                       {{"item_table", fusion.table_ndcg},
                        {"generated", fusion.generated_ndcg},
                        {"fused", fusion.ndcg}}},
                      {"fusion", {fusion.rule.share, fusion.rule.slope, fusion.rule.threshold}}}};
}

}  // namespace

Result<SemanticIdsResult> TrainSemanticIds(const Dataset& dataset, const TrainConfig& config,
                                           uint64_t seed, Observer& observer, ModelData& model) {
  const SemanticIdsConfig& keys = config.semantic_ids;
  SemanticIdsResult result;
  const ModelView view = model.View();
  TSUGI_ASSIGN_OR_RETURN(const SemanticIds given,
                         GivenCodes(keys, view.item_ids(), view.spec.item_count));
  TSUGI_ASSIGN_OR_RETURN(const torch::Tensor behaviour, GivenBehaviour(dataset, keys));
  TSUGI_ASSIGN_OR_RETURN(result.items, TokenizeItems(view, keys, given, seed, observer, behaviour));
  result.was_interrupted = result.items.was_interrupted;
  if (result.was_interrupted) return result;
  TellOfCodes(result.items, observer);
  const ModelSpec spec = WithLanguage(view, keys, result.items.pieces.size());
  TSUGI_RETURN_IF_ERROR(spec.Validate());
  // Again, after the tokenizer: the network starts alike whatever the tokenizer has drawn.
  torch::manual_seed(seed);
  auto network =
      std::make_shared<LanguageModel>(*spec.semantic_ids, keys.dropout / 2, keys.dropout);
  StartFrom(result.items, *network);
  const StringTable pieces = ToTable(result.items.pieces);
  const SubwordTokenizer tokenizer(pieces.View());
  const std::vector<bool> is_held_out = HoldOutTexts(result.items.texts);
  const LanguageExamples examples({dataset, dataset.train_end(), result.items.ids,
                                   result.items.texts, tokenizer, is_held_out,
                                   LanguageHistory(*spec.semantic_ids)});
  const std::vector<EvaluationCase> valid_cases = DrawValidationCases(dataset, kMostValidCases);
  TSUGI_ASSIGN_OR_RETURN(
      const LanguageResult trained,
      TrainLanguage(network, spec, examples, valid_cases, keys, config.workers, seed, observer));
  result.epoch = trained.epoch;
  result.scores = trained.scores;
  result.was_interrupted = trained.was_interrupted;
  if (result.was_interrupted) return result;
  TSUGI_RETURN_IF_ERROR(AddToModel(spec, result.items, *trained.network, model));
  return result;
}

const Stage kSemanticIdsStage = {
    .name = "semantic_ids",
    .is_wanted = [](const TrainConfig& config) { return config.semantic_ids.enabled; },
    .is_in = [](const ModelSpec& spec) { return spec.semantic_ids.has_value(); },
    .check = [](const Dataset& dataset, const TrainConfig& config) -> Status {
      return GivenCodes(config.semantic_ids, dataset.item_ids(),
                        static_cast<uint32_t>(dataset.item_count()))
          .status();
    },
    .run = RunSemanticIds,
};

}  // namespace tsugi::train
