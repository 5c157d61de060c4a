#ifndef TSUGI_NATIVE_TRAIN_INTENT_INTENT_ENCODER_H_
#define TSUGI_NATIVE_TRAIN_INTENT_INTENT_ENCODER_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/model/model_spec.h"
#include "native/train/modules/sequence_model.h"

namespace tsugi::train {

/// The short-term encoder S = attention(norm(F)) over each event's window.
/// Twin: core/parts/intent/intent_encoder.h; parameters are intent.short_term.*.
class ShortTermEncoder : public torch::nn::Module {
 public:
  explicit ShortTermEncoder(const ModelSpec& spec);
  /// [B, L, D] -> [B, L, D].
  torch::Tensor Forward(const torch::Tensor& features, const SequenceInput& input);

 private:
  const IntentSpec spec_;
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

/// The intent encoder, its heads and the mix Z of what they predict, which the item encoder reads
/// with its tokens. Twin: core/parts/intent/intent_encoder.h, core/parts/intent/intent_heads.h;
/// parameters are intent.*.
class IntentEncoder : public ContextModule {
 public:
  /// Registers the layers that join Z to the item encoder's tokens in `item_encoder`.
  IntentEncoder(const ModelSpec& spec, const TrainingOptions& options,
                torch::nn::Module& item_encoder);

  Output Forward(const torch::Tensor& features, const SequenceInput& input,
                 const AttentionPattern& pattern, const DropoutRandom& random) override;

 private:
  torch::Tensor Mix(const torch::Tensor& probabilities) const;

  const IntentSpec spec_;
  const double dropout_;
  const bool is_trained_by_items_;
  std::shared_ptr<ShortTermEncoder> short_term_;  ///< if the spec has one
  PartsInput input_;
  BackboneLayers layers_;
  torch::nn::LayerNorm norm_{nullptr};
  torch::nn::Linear heads_{nullptr};
  torch::Tensor projection_;              ///< [P, D]
  torch::Tensor projection_bias_;         ///< [M, D]
  torch::Tensor attention_;               ///< [D]
  std::optional<PartsInput> item_input_;  ///< of the item encoder
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_INTENT_INTENT_ENCODER_H_
