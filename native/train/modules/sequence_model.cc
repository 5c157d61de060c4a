#include "native/train/modules/sequence_model.h"

#include "native/train/modules/linear_init.h"

namespace tsugi::train {
namespace {

constexpr double kNormEpsilon = 1e-12;
constexpr double kItemInitStddev = 0.02;

torch::Tensor UnitLength(const torch::Tensor& x) {
  return torch::nn::functional::normalize(
      x, torch::nn::functional::NormalizeFuncOptions().dim(-1).eps(kNormEpsilon));
}

}  // namespace

SequenceModel::SequenceModel(const ModelSpec& spec, const TrainingOptions& options)
    : spec_(spec), options_(options), auxiliary_spec_(spec) {
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
    blocks_.push_back(MakeBackboneBlock(spec, options.hidden_dropout));
    layers_->push_back(blocks_.back());
  }
  norm_ = encoder->register_module(
      "norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({spec.model_width})));
  auxiliary_spec_.intent_labels = options.auxiliary_labels;
  if (auxiliary_spec_.has_intents()) {
    auxiliary_heads_ =
        register_module("auxiliary_heads",
                        MakeLinear(spec.model_width, auxiliary_spec_.intent_label_count(), 0.02));
  }
  if (!spec.has_intents()) return;
  std::vector<std::string> inputs = {"input"};
  if (spec.short_term_events > 0) {
    short_term_ = register_module("short_term", std::make_shared<ShortTermEncoder>(spec));
    inputs.push_back("input_short_term");
  }
  intent_ =
      register_module("intent", std::make_shared<IntentEncoder>(spec, options.hidden_dropout));
  inputs.push_back("input_intent");
  input_.emplace(spec, *encoder, inputs);
}

torch::Tensor SequenceModel::ItemRows() const {
  return spec_.normalize_hidden ? UnitLength(item_table_) : item_table_;
}

torch::Tensor SequenceModel::Features(const SequenceInput& input) const {
  auto rows = item_table_.index_select(0, input.items.view(-1));  // [B * L, D]
  if (spec_.normalize_hidden) rows = UnitLength(rows);
  auto x =
      rows.view({input.items.size(0), input.items.size(1), spec_.model_width}) * spec_.input_scale;
  if (!time_gap_.defined()) return x;
  const auto buckets = input.time_gaps.defined() ? input.time_gaps : torch::zeros_like(input.items);
  return x + time_gap_.index_select(0, buckets.view(-1)).view(x.sizes());
}

torch::Tensor SequenceModel::ThroughIntents(const torch::Tensor& features,
                                            const SequenceInput& input,
                                            const AttentionPattern& pattern,
                                            const DropoutRandom& random, EncodedSequence& encoded) {
  std::vector<torch::Tensor> parts = {features};
  if (short_term_ != nullptr) {
    const AttentionPattern recent =
        MakeShortTermPattern(input.segments, input.short_term_counts, spec_.short_term_events);
    parts.push_back(
        Dropout(short_term_->Forward(features, recent), options_.hidden_dropout, random));
  }
  const IntentOutput intents =
      intent_->Forward(parts, pattern, !options_.trains_heads_by_items, random);
  encoded.intent_log_probabilities = intents.log_probabilities;
  parts.push_back(intents.mix);
  return input_->Forward(parts);
}

EncodedSequence SequenceModel::Encode(const SequenceInput& input, const DropoutRandom& random) {
  const AttentionPattern pattern = MakeAttentionPattern(input.segments, spec_.window);
  EncodedSequence encoded;
  auto x = Dropout(Features(input), options_.input_dropout, random);
  if (intent_ != nullptr) x = ThroughIntents(x, input, pattern, random, encoded);
  for (const auto& block : blocks_) x = block->Forward(x, pattern, random);
  encoded.hidden = norm_(x);
  if (auxiliary_spec_.has_intents()) {
    encoded.intent_log_probabilities =
        IntentLogProbabilities(auxiliary_heads_(encoded.hidden), auxiliary_spec_);
  }
  if (spec_.normalize_hidden) encoded.hidden = UnitLength(encoded.hidden);
  return encoded;
}

}  // namespace tsugi::train
