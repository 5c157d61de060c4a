#include "native/train/stages/semantic_ids/semantic_stage.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/model/tensor_table.h"
#include "native/semantic_ids/semantic_id_file.h"
#include "native/train/model_tensors.h"
#include "native/train/validation.h"

namespace tsugi::train {
namespace {

constexpr size_t kMostValidCases = 8000;
constexpr int64_t kHeadWidth = 32;

ModelSpec WithLanguage(const ModelView& model, const SemanticIdsConfig& config, size_t pieces) {
  ModelSpec spec = model.spec;
  const int64_t width = config.width;
  int64_t heads = std::max<int64_t>(1, width / kHeadWidth);
  while (width % heads != 0) --heads;
  spec.semantic_ids =
      SemanticIdsSpec{.encoder = {.width = static_cast<uint32_t>(width),
                                  .layers = static_cast<uint32_t>(config.layers),
                                  .heads = static_cast<uint32_t>(heads),
                                  .feed_forward = static_cast<uint32_t>(4 * width),
                                  .window = static_cast<uint32_t>(config.window),
                                  .block = BlockKind::kSasRec},
                      .pieces = static_cast<uint32_t>(pieces)};
  return spec;
}

LanguageConfig MakeLanguageConfig(const SemanticIdsConfig& config, int64_t workers) {
  LanguageConfig language;
  language.epochs = config.epochs;
  language.patience = config.patience;
  language.learning_rate = config.learning_rate;
  language.dropout = config.dropout;
  language.input_dropout = config.dropout / 2;
  language.workers = workers;
  language.mix = {.text_item = config.task_text,
                  .item_text = config.task_describe,
                  .query_item = config.task_query,
                  .negative_next = config.task_negatives,
                  .negative_text = config.task_negatives};
  return language;
}

/// Codes of a file, if the config names one. Errors: ReadSemanticIds.
Result<SemanticIds> GivenCodes(const SemanticIdsConfig& config, const ModelView& model) {
  if (ParseChoice<CodeMethod>(config.codes)) return SemanticIds();
  return ReadSemanticIds(config.codes, model.item_ids(), model.spec.item_count);
}

TokenizerConfig MakeTokenizerConfig(const SemanticIdsConfig& config) {
  return {.method = ParseChoice<CodeMethod>(config.codes).value_or(CodeMethod::kKmeans),
          .text_weight = config.text_weight,
          .behaviour_weight = config.behaviour_weight,
          .align_weight = config.align_weight,
          .pieces = config.pieces,
          .text_width = config.width};
}

/// Item tokens start where their codewords stand, sub-words where the text space has them, at the
/// scale of the others.
void StartFrom(const Tokenization& items, LanguageNetwork& network) {
  torch::NoGradGuard no_grad;
  auto& tokens = network.tokens();
  const double scale = 1.0 / std::sqrt(static_cast<double>(tokens.size(1)));
  tokens.slice(0, 0, kItemTokens).copy_(items.starts * scale);
  if (!items.pieces.empty()) tokens.slice(0, kFirstPiece).copy_(items.space.pieces * scale);
}

}  // namespace

SemanticModel::SemanticModel(const ModelView& base, const ModelSpec& spec,
                             const Tokenization& items, const LanguageNetwork& network)
    : codewords_(items.row_codewords.codewords),
      trie_(items.ids.size() * kTrieRowBytes),
      view_(base) {
  view_.spec = spec;
  AddParameters(network, kLanguage, held_, view_);
  std::vector<uint32_t> order(items.ids.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return items.ids[a] < items.ids[b]; });
  for (size_t row = 0; row < order.size(); ++row) {
    SetTrieRow(trie_.data() + row * kTrieRowBytes, items.ids[order[row]], order[row]);
  }
  view_.tensors.insert_or_assign(
      kItemTrie, TensorView{DType::kU8, Shape::Matrix(order.size(), kTrieRowBytes), trie_.data()});
  view_.tensors.insert_or_assign(
      kCodewordTable,
      TensorView{DType::kF32, Shape::Matrix(kItemTokens, spec.row_width()), codewords_.data()});
  for (const std::string& piece : items.pieces) pieces_.Append(piece);
  view_.SetStrings(kPieceStrings, pieces_.View());
}

Result<SemanticResult> TrainSemantics(
    const Dataset& dataset, const ModelView& model, const TrainConfig& config, uint64_t seed,
    const std::function<void(const Tokenization&)>& on_items,
    const std::function<void(const LanguageProgress&)>& on_progress,
    const std::function<bool()>& should_stop) {
  const SemanticIdsConfig& keys = config.semantic_ids;
  SemanticResult result;
  TSUGI_ASSIGN_OR_RETURN(const SemanticIds given, GivenCodes(keys, model));
  TSUGI_ASSIGN_OR_RETURN(result.items,
                         TokenizeItems(model, MakeTokenizerConfig(keys), given, seed, should_stop));
  if (on_items) on_items(result.items);
  const ModelSpec spec = WithLanguage(model, keys, result.items.pieces.size());
  TSUGI_RETURN_IF_ERROR(spec.Validate());
  torch::manual_seed(seed);
  auto network =
      std::make_shared<LanguageNetwork>(*spec.semantic_ids, keys.dropout / 2, keys.dropout);
  StartFrom(result.items, *network);
  StringTable pieces;
  for (const std::string& piece : result.items.pieces) pieces.Append(piece);
  const SubwordTokenizer tokenizer(pieces.View());
  const std::vector<bool> is_held_out = HoldOutTexts(result.items.texts);
  const LanguageExamples examples({dataset, dataset.train_end(), result.items.ids,
                                   result.items.texts, tokenizer, is_held_out,
                                   LanguageHistory(*spec.semantic_ids)});
  const std::vector<EvaluationCase> valid_cases = DrawValidationCases(dataset, kMostValidCases);
  TSUGI_ASSIGN_OR_RETURN(
      const LanguageResult trained,
      TrainLanguage(std::move(network), spec, examples, valid_cases,
                    MakeLanguageConfig(keys, config.workers), seed, on_progress, should_stop));
  result.epoch = trained.epoch;
  result.scores = trained.scores;
  result.model = std::make_unique<SemanticModel>(model, spec, result.items, *trained.network);
  return result;
}

}  // namespace tsugi::train
