#ifndef TSUGI_NATIVE_TRAIN_INTENT_INTENT_ENCODER_H_
#define TSUGI_NATIVE_TRAIN_INTENT_INTENT_ENCODER_H_

#include <vector>

#include "core/model/model_spec.h"
#include "native/train/modules/backbone_block.h"

namespace tsugi::train {

/// Log-probabilities of intents from logits [.., P]: a log-softmax within each family.
torch::Tensor IntentLogProbabilities(const torch::Tensor& logits,
                                     const std::vector<uint32_t>& family_labels);

/// The short-term encoder S = attention(norm(F)) over each event's window.
/// Twin: core/parts/intent/intent_encoder.h; parameters are intent.short_term.*.
class ShortTermEncoder : public torch::nn::Module {
 public:
  explicit ShortTermEncoder(const ModelSpec& spec);
  /// [B, L, D] -> [B, L, D]; `pattern` of MakeShortTermPattern.
  torch::Tensor Forward(const torch::Tensor& features, const AttentionPattern& pattern);

 private:
  torch::nn::LayerNorm norm_{nullptr};
  torch::nn::Linear qkv_{nullptr}, output_{nullptr};
  torch::Tensor relative_bias_;
};

/// norm(sum of a dense layer of each part): an encoder's tokens. Its layers are registered in the
/// encoder itself, under the names of the tensor table.
class PartsInput {
 public:
  /// layer_names: of the parts, in order, e.g. {"input", "input_short_term"}.
  PartsInput(const ModelSpec& spec, torch::nn::Module& encoder,
             const std::vector<std::string>& layer_names);
  torch::Tensor Forward(const std::vector<torch::Tensor>& parts);

 private:
  std::vector<torch::nn::Linear> layers_;
  torch::nn::LayerNorm norm_{nullptr};
};

/// What the intent encoder gives, [B, L, ..].
struct IntentOutput {
  torch::Tensor log_probabilities;  ///< [B, L, P], log-softmax within each family
  torch::Tensor mix;                ///< [B, L, D] Z
};

/// The intent encoder, its heads and the mix Z of what they predict.
/// Twin: core/parts/intent/intent_encoder.h, core/parts/intent/intent_heads.h; parameters are
/// intent.*.
class IntentEncoder : public torch::nn::Module {
 public:
  IntentEncoder(const ModelSpec& spec, double dropout);

  /// parts: F, then S if the model has a short-term encoder. With `stops_gradient` what is done
  /// with Z does not reach the heads and what lies before them.
  IntentOutput Forward(const std::vector<torch::Tensor>& parts, const AttentionPattern& pattern,
                       bool stops_gradient, const DropoutRandom& random);

 private:
  torch::Tensor Mix(const torch::Tensor& probabilities) const;

  ModelSpec spec_;
  PartsInput input_;
  BackboneLayers layers_;
  torch::nn::LayerNorm norm_{nullptr};
  torch::nn::Linear heads_{nullptr};
  torch::Tensor projection_;       ///< [P, D]
  torch::Tensor projection_bias_;  ///< [M, D]
  torch::Tensor attention_;        ///< [D]
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_INTENT_INTENT_ENCODER_H_
