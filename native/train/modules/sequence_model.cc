#include "native/train/modules/sequence_model.h"

namespace tsugi::train {
namespace {

constexpr double kNormEpsilon = 1e-12;
constexpr double kItemInitStddev = 0.02;

}  // namespace

SequenceModel::SequenceModel(const ModelSpec& spec, const DropoutOptions& dropout)
    : spec_(spec), input_dropout_(dropout.input) {
  // Sub-module and parameter names spell the names of core/model/tensor_table.h.
  const auto items = register_module("items", std::make_shared<torch::nn::Module>("items"));
  item_table_ = items->register_parameter(
      "table", torch::randn({spec.item_count, spec.model_width}) * kItemInitStddev);
  const auto encoder = register_module("encoder", std::make_shared<torch::nn::Module>("encoder"));
  if (spec.time_gap_buckets > 0) {
    time_gap_ = encoder->register_parameter(
        "time_gap", torch::zeros({spec.time_gap_buckets, spec.model_width}));
  }
  layers_ = encoder->register_module("layers", torch::nn::ModuleList());
  for (uint32_t layer = 0; layer < spec.layer_count; ++layer) {
    blocks_.push_back(MakeBackboneBlock(spec, dropout.hidden));
    layers_->push_back(blocks_.back());
  }
  norm_ = encoder->register_module(
      "norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({spec.model_width})));
}

torch::Tensor SequenceModel::ItemRows() const {
  if (!spec_.normalize_hidden) return item_table_;
  return torch::nn::functional::normalize(
      item_table_, torch::nn::functional::NormalizeFuncOptions().dim(-1).eps(kNormEpsilon));
}

torch::Tensor SequenceModel::Encode(const torch::Tensor& items, const torch::Tensor& segments,
                                    const torch::Tensor& time_gaps, const DropoutRandom& random) {
  const AttentionPattern pattern = MakeAttentionPattern(segments, spec_.window);
  auto rows = item_table_.index_select(0, items.view(-1));  // [B * L, D]
  if (spec_.normalize_hidden) {
    rows = torch::nn::functional::normalize(
        rows, torch::nn::functional::NormalizeFuncOptions().dim(-1).eps(kNormEpsilon));
  }
  auto x = rows.view({items.size(0), items.size(1), spec_.model_width}) * spec_.input_scale;
  if (time_gap_.defined()) {
    const auto buckets = time_gaps.defined() ? time_gaps : torch::zeros_like(items);
    x = x + time_gap_.index_select(0, buckets.view(-1)).view(x.sizes());
  }
  x = Dropout(x, input_dropout_, random);
  for (const auto& block : blocks_) x = block->Forward(x, pattern, random);
  x = norm_(x);
  if (!spec_.normalize_hidden) return x;
  return torch::nn::functional::normalize(
      x, torch::nn::functional::NormalizeFuncOptions().dim(-1).eps(kNormEpsilon));
}

}  // namespace tsugi::train
