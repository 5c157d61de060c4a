#include "core/parts/semantic_ids/language_model.h"

#include <algorithm>

#include "core/base/numbers.h"
#include "core/layers/layer_tensors.h"
#include "core/model/tensor_table.h"

namespace tsugi {

LanguageModel::LanguageModel(const ModelView& view, SequenceEncoder encoder, Workspace workspace)
    : shape_(view.spec.semantic_ids->encoder),
      text_count_(1 + view.spec.semantic_ids->pieces),
      most_history_(LanguageHistory(*view.spec.semantic_ids)),
      tokens_(StoredRows::Of(view, kLanguageTokens)),
      encoder_(std::move(encoder)),
      workspace_(std::move(workspace)) {}

Result<std::unique_ptr<LanguageModel>> LanguageModel::Create(const ModelView& view) {
  const EncoderShape& shape = view.spec.semantic_ids->encoder;
  TSUGI_ASSIGN_OR_RETURN(
      SequenceEncoder encoder,
      SequenceEncoder::Create(view, {.prefix = kLanguage, .shape = shape, .first_state_layer = 0}));
  TSUGI_ASSIGN_OR_RETURN(Workspace workspace, Workspace::Create(shape, view.spec.weight_dtype));
  std::unique_ptr<LanguageModel> model(
      new LanguageModel(view, std::move(encoder), std::move(workspace)));
  // A beam reads every code but its last, from which nothing more is predicted.
  TSUGI_ASSIGN_OR_RETURN(model->branches_,
                         BranchState::Create(shape, kMostBranches, kCodeLevels - 1));
  TSUGI_RETURN_IF_ERROR(model->AddHeads(view));
  // One buffer for every head: codes of all beams, all words, or all levels of one item.
  const size_t most =
      std::max<size_t>({kMostBranches * kLevelCodes, model->text_count_, kItemTokens});
  TSUGI_RETURN_IF_ERROR(AllocateBuffers(
      {{&model->logits_, most}, {&model->hidden_, kMostBranches * model->width()}}));
  return model;
}

// The rows that tokens are read from are those that they are written with.
Status LanguageModel::AddHeads(const ModelView& view) {
  LinearWeights all{tokens_.matrix, tokens_.scales, view.Find(kLanguageBias).as<float>()};
  for (size_t level = 0; level < kCodeLevels; ++level) {
    TSUGI_ASSIGN_OR_RETURN(Linear of_level,
                           Linear::Create(OutputRows(all, CodeToken(level, 0), kLevelCodes)));
    levels_.push_back(std::move(of_level));
  }
  TSUGI_ASSIGN_OR_RETURN(text_, Linear::Create(OutputRows(all, kEndToken, text_count_)));
  return LayerTensors(view, kLanguage).Pack({{"parallel", &parallel_}});
}

void LanguageModel::Embed(std::span<const uint32_t> tokens) {
  float* x = workspace_.x.data();
  std::fill_n(x, tokens.size() * width(), 0.0f);
  for (size_t i = 0; i < tokens.size(); ++i) {
    tokens_.AddTo(tokens[i], 1.0f, {x + i * width(), width()});
  }
}

Status LanguageModel::Read(std::span<const uint32_t> tokens, KvState& state, float* hidden) {
  Embed(tokens);
  TSUGI_RETURN_IF_ERROR(state.Reserve(tokens.size()));
  TSUGI_RETURN_IF_ERROR(encoder_.Run(tokens.size(), 1, state, workspace_, hidden));
  state.Commit(tokens.size());
  return Status();
}

// The rows of the beams are never committed to the state: the session reads on as if they had not
// been there.
Status LanguageModel::ReadBranches(std::span<const uint32_t> tokens,
                                   std::span<const uint32_t> parents, KvState& state) {
  if (parents.empty()) {
    branches_.Clear();
  } else {
    branches_.Descend(parents);
  }
  Embed(tokens);
  TSUGI_RETURN_IF_ERROR(state.Reserve(branches_.depth() + 1));
  return encoder_.RunBranches(tokens.size(), state, branches_, workspace_, hidden_.data());
}

// `count` outputs in a row are one distribution: the codes of one level, or all words. The head of
// all levels at once holds several of them.
Result<std::span<const float>> LanguageModel::Predict(const Linear& layer, size_t rows,
                                                      size_t outputs, size_t count,
                                                      const float* hidden) {
  TSUGI_RETURN_IF_ERROR(workspace_.input.Prepare(rows, width(), hidden));
  TSUGI_RETURN_IF_ERROR(layer.Run(workspace_.input.AllRows(), logits_.data()));
  TSUGI_RETURN_IF_ERROR(CheckFinite({logits_.data(), rows * outputs}));
  // log softmax. The highest logit is subtracted first, so no exponential overflows; sums are taken
  // in double precision with portable functions, so every machine gets the same numbers from the
  // same logits.
  for (size_t first = 0; first < rows * outputs; first += count) {
    const std::span<float> part(logits_.data() + first, count);
    const float highest = *std::max_element(part.begin(), part.end());
    double total = 0.0;
    for (const float logit : part) total += PortableExp(logit - highest);
    const float norm = highest + static_cast<float>(PortableLog(total));
    for (float& logit : part) logit -= norm;
  }
  return std::span<const float>(logits_.data(), rows * outputs);
}

Result<std::span<const float>> LanguageModel::PredictCodes(size_t level, size_t rows,
                                                           const float* hidden) {
  return Predict(levels_[level], rows, kLevelCodes, kLevelCodes, hidden);
}

Result<std::span<const float>> LanguageModel::PredictText(const float* hidden) {
  return Predict(text_, 1, text_count_, text_count_, hidden);
}

Result<std::span<const float>> LanguageModel::PredictParallel(const float* hidden) {
  return Predict(parallel_, 1, kItemTokens, kLevelCodes, hidden);
}

}  // namespace tsugi
