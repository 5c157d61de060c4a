#include "native/train/stages/semantic_ids/language_model.h"

#include <cmath>

#include "native/train/modules/layers.h"

namespace tsugi::train {

LanguageModel::LanguageModel(const SemanticIdsSpec& spec, double input_dropout,
                             double hidden_dropout)
    : shape_(spec.encoder), input_dropout_(input_dropout) {
  const int64_t width = shape_.width, count = TokenCount(spec);
  tokens_ = register_parameter("tokens", torch::randn({count, width}));
  bias_ = register_parameter("bias", torch::zeros({count}));
  layers_ = BackboneLayers(shape_, shape_.layers, hidden_dropout, *this);
  norm_ = register_module("norm", MakeNorm(width));
  parallel_ = register_module("parallel", MakeLinear(width, kItemTokens));
  // Hidden vectors have a length of sqrt(D) at the start: logits of a token must not.
  torch::NoGradGuard no_grad;
  tokens_.mul_(1.0 / std::sqrt(static_cast<double>(width)));
}

torch::Tensor LanguageModel::Encode(const torch::Tensor& tokens, const torch::Tensor& segments,
                                    const DropoutRandom& random) {
  const AttentionPattern pattern = MakeAttentionPattern(segments, shape_.window);
  auto x = tokens_.index_select(0, tokens.view(-1))
               .view({tokens.size(0), tokens.size(1), tokens_.size(1)});
  x = layers_.Forward(Dropout(x, input_dropout_, random), pattern, random);
  return norm_(x).view({-1, tokens_.size(1)});
}

torch::Tensor LanguageModel::Predict(const torch::Tensor& hidden, int64_t first,
                                     int64_t count) const {
  return torch::log_softmax(torch::addmm(bias_.slice(0, first, first + count), hidden,
                                         tokens_.slice(0, first, first + count).t()),
                            1);
}

torch::Tensor LanguageModel::PredictParallel(const torch::Tensor& hidden) {
  return torch::log_softmax(parallel_(hidden).view({-1, kCodeLevels, kLevelCodes}), 2);
}

}  // namespace tsugi::train
