#include "native/train/intent/intent_encoder.h"

#include <cmath>

#include "core/parts/intent/intent_encoder.h"

namespace tsugi::train {
namespace {

constexpr double kPartStddev = 0.02;

/// The layers of what an encoder reads: the tokens, S if the model has it, and `last`.
std::vector<std::string> InputLayers(const IntentSpec& spec, std::vector<std::string> last) {
  if (spec.has_short_term()) last.insert(last.begin(), "input_short_term");
  last.insert(last.begin(), "input");
  return last;
}

/// [B, L] i64: how many rows the short-term encoder sees at each row, itself included. What a cut
/// left behind is not there to be seen: the count ends at the chunk.
torch::Tensor ShortTermCounts(const IntentSpec& spec, const torch::Tensor& times,
                              const torch::Tensor& segments) {
  const auto counts = torch::empty_like(times), chunks = segments.to(torch::kInt64);
  const int64_t length = times.size(1);
  for (int64_t bin = 0; bin < times.size(0); ++bin) {
    const std::span seconds(times.data_ptr<int64_t>() + bin * length, static_cast<size_t>(length));
    const int64_t* const chunk = chunks.data_ptr<int64_t>() + bin * length;
    int64_t* const count = counts.data_ptr<int64_t>() + bin * length;
    size_t begin = 0;
    for (size_t i = 0; i < seconds.size(); ++i) {
      if (i > 0 && chunk[i] != chunk[i - 1]) begin = i;
      count[i] = static_cast<int64_t>(
          ShortTermCount(spec, seconds.subspan(begin, i + 1 - begin), i - begin));
    }
  }
  return counts;
}

/// Without times, only the number of events limits what a row sees.
AttentionPattern MakeShortTermPattern(const IntentSpec& spec, const SequenceInput& input) {
  AttentionPattern pattern = MakeAttentionPattern(input.segments, spec.short_term_events);
  if (!input.times.defined()) return pattern;
  const auto counts = ShortTermCounts(spec, input.times, input.segments);
  const auto is_older = pattern.distance.unsqueeze(0) >= counts.unsqueeze(2);  // [B, L, L]
  pattern.blocked = pattern.blocked.logical_or(is_older.unsqueeze(1));
  return pattern;
}

}  // namespace

ShortTermEncoder::ShortTermEncoder(const ModelSpec& spec) : spec_(*spec.intent) {
  const int64_t d = spec.encoder.width;
  norm_ = register_module("norm", MakeNorm(d));
  qkv_ = register_module("qkv", MakeLinear(d, 3 * d));
  relative_bias_ = register_parameter(
      "relative_bias", torch::zeros({spec.encoder.heads, spec.intent->short_term_events}));
  output_ = register_module("output", MakeLinear(d, d));
}

torch::Tensor ShortTermEncoder::Forward(const torch::Tensor& features, const SequenceInput& input) {
  return output_(
      Attention(qkv_(norm_(features)), relative_bias_, MakeShortTermPattern(spec_, input)));
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
  norm_ = encoder.register_module("input_norm", MakeNorm(d));
}

torch::Tensor PartsInput::Forward(const std::vector<torch::Tensor>& parts) {
  auto sum = layers_[0](parts[0]);
  for (size_t i = 1; i < parts.size(); ++i) sum = sum + layers_[i](parts[i]);
  return norm_(sum);
}

IntentEncoder::IntentEncoder(const ModelSpec& spec, const TrainingOptions& options,
                             torch::nn::Module& item_encoder)
    : spec_(*spec.intent),
      dropout_(options.hidden_dropout),
      is_trained_by_items_(options.trains_context_by_items),
      short_term_(spec_.has_short_term() ? std::make_shared<ShortTermEncoder>(spec) : nullptr),
      input_(spec, *this, InputLayers(spec_, {})) {
  const int64_t d = spec.encoder.width, labels = spec_.label_count();
  layers_ = BackboneLayers(spec.encoder, spec_.layers, dropout_, *this);
  norm_ = register_module("norm", MakeNorm(d));
  heads_ = register_module("heads", MakeLinear(d, labels));
  projection_ = register_parameter("projection", torch::randn({labels, d}));
  projection_bias_ = register_parameter("projection_bias", torch::zeros({spec_.family_count(), d}));
  attention_ = register_parameter("attention",
                                  torch::randn({d}) * (1.0 / std::sqrt(static_cast<double>(d))));
  if (short_term_ != nullptr) register_module("short_term", short_term_);
  item_input_.emplace(spec, item_encoder, InputLayers(spec_, {"input_intent"}));
}

ContextModule::Output IntentEncoder::Forward(const torch::Tensor& features,
                                             const SequenceInput& input,
                                             const AttentionPattern& pattern,
                                             const DropoutRandom& random) {
  std::vector<torch::Tensor> parts = {features};
  if (short_term_ != nullptr) {
    parts.push_back(Dropout(short_term_->Forward(features, input), dropout_, random));
  }
  const auto x = layers_.Forward(input_.Forward(parts), pattern, random);
  // Families are separate questions about one event, so each has a softmax of its own.
  const auto log_probabilities = LogSoftmaxInGroups(heads_(norm_(x)), spec_.family_labels);
  const auto probabilities = log_probabilities.exp();
  parts.push_back(Mix(is_trained_by_items_ ? probabilities : probabilities.detach()));
  return {item_input_->Forward(parts), log_probabilities};
}

// Each family's probabilities become one vector, p^T P + b; a learnt query then decides how much of
// each family enters: softmax over families of <vector, attention>.
torch::Tensor IntentEncoder::Mix(const torch::Tensor& probabilities) const {
  std::vector<torch::Tensor> projected;  // of each family, [B, L, D]
  int64_t first = 0;
  for (uint32_t family = 0; family < spec_.family_count(); ++family) {
    const int64_t count = spec_.family_labels[family];
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
