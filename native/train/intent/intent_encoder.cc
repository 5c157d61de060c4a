#include "native/train/intent/intent_encoder.h"

#include <cmath>

#include "native/train/modules/linear_init.h"

namespace tsugi::train {
namespace {

constexpr double kPartStddev = 0.02;

std::vector<std::string> IntentInputs(const ModelSpec& spec) {
  if (!spec.intent->has_short_term()) return {"input"};
  return {"input", "input_short_term"};
}

torch::nn::LayerNorm MakeNorm(const ModelSpec& spec) {
  return torch::nn::LayerNorm(torch::nn::LayerNormOptions({spec.encoder.width}));
}

}  // namespace

torch::Tensor IntentLogProbabilities(const torch::Tensor& logits,
                                     const std::vector<uint32_t>& family_labels) {
  std::vector<torch::Tensor> families;
  int64_t first = 0;
  for (const int64_t count : family_labels) {
    families.push_back(torch::log_softmax(logits.narrow(-1, first, count), -1));
    first += count;
  }
  return torch::cat(families, -1);
}

ShortTermEncoder::ShortTermEncoder(const ModelSpec& spec) {
  const int64_t d = spec.encoder.width;
  norm_ = register_module("norm", MakeNorm(spec));
  qkv_ = register_module("qkv", MakeLinear(d, 3 * d));
  relative_bias_ = register_parameter(
      "relative_bias", torch::zeros({spec.encoder.heads, spec.intent->short_term_events}));
  output_ = register_module("output", MakeLinear(d, d));
}

torch::Tensor ShortTermEncoder::Forward(const torch::Tensor& features,
                                        const AttentionPattern& pattern) {
  return output_(Attention(qkv_(norm_(features)), relative_bias_, pattern));
}

PartsInput::PartsInput(const ModelSpec& spec, torch::nn::Module& encoder,
                       const std::vector<std::string>& layer_names) {
  const int64_t d = spec.encoder.width;
  // Starts as the plain encoder: F passes through, the other parts join as they are learnt. From
  // random layers the item table lost its tie between inputs and outputs, and training was slower.
  for (const std::string& name : layer_names) {
    layers_.push_back(encoder.register_module(name, MakeLinear(d, d, kPartStddev)));
  }
  torch::NoGradGuard no_grad;
  layers_.front()->weight.add_(torch::eye(d));
  norm_ = encoder.register_module("input_norm", MakeNorm(spec));
}

torch::Tensor PartsInput::Forward(const std::vector<torch::Tensor>& parts) {
  auto sum = layers_[0](parts[0]);
  for (size_t i = 1; i < parts.size(); ++i) sum = sum + layers_[i](parts[i]);
  return norm_(sum);
}

IntentEncoder::IntentEncoder(const ModelSpec& spec, double dropout)
    : spec_(spec), input_(spec, *this, IntentInputs(spec)) {
  const int64_t d = spec.encoder.width, labels = spec.intent->label_count();
  layers_ = BackboneLayers(spec.encoder, spec.intent->layers, dropout, *this);
  norm_ = register_module("norm", MakeNorm(spec));
  heads_ = register_module("heads", MakeLinear(d, labels));
  projection_ = register_parameter("projection", torch::randn({labels, d}));
  projection_bias_ =
      register_parameter("projection_bias", torch::zeros({spec.intent->family_count(), d}));
  attention_ = register_parameter("attention",
                                  torch::randn({d}) * (1.0 / std::sqrt(static_cast<double>(d))));
}

IntentOutput IntentEncoder::Forward(const std::vector<torch::Tensor>& parts,
                                    const AttentionPattern& pattern, bool stops_gradient,
                                    const DropoutRandom& random) {
  const auto x = layers_.Forward(input_.Forward(parts), pattern, random);
  const auto log_probabilities =
      IntentLogProbabilities(heads_(norm_(x)), spec_.intent->family_labels);
  const auto probabilities = log_probabilities.exp();
  return {log_probabilities, Mix(stops_gradient ? probabilities.detach() : probabilities)};
}

torch::Tensor IntentEncoder::Mix(const torch::Tensor& probabilities) const {
  std::vector<torch::Tensor> projected;  // of each family, [B, L, D]
  int64_t first = 0;
  for (uint32_t family = 0; family < spec_.intent->family_count(); ++family) {
    const int64_t count = spec_.intent->family_labels[family];
    projected.push_back(
        torch::matmul(probabilities.narrow(-1, first, count), projection_.narrow(0, first, count)) +
        projection_bias_[family]);
    first += count;
  }
  const auto all = torch::stack(projected, -2);                             // [B, L, M, D]
  const auto weights = torch::softmax(torch::matmul(all, attention_), -1);  // [B, L, M]
  return (all * weights.unsqueeze(-1)).sum(-2);
}

}  // namespace tsugi::train
