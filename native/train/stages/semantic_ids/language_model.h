#ifndef TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_LANGUAGE_MODEL_H_
#define TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_LANGUAGE_MODEL_H_

#include <torch/torch.h>

#include <memory>
#include <vector>

#include "core/parts/semantic_ids/language_vocabulary.h"
#include "native/train/modules/backbone_block.h"

namespace tsugi::train {

/// The trainable twin of core/parts/semantic_ids/language_model.h; parameters are named as in the
/// tensor table, after kLanguage.
class LanguageModel : public torch::nn::Module {
 public:
  LanguageModel(const SemanticIdsSpec& spec, double input_dropout, double hidden_dropout);

  /// tokens [B, L] i64, segments [B, L] i32 (as SequenceInput) -> hidden [B * L, D].
  torch::Tensor Encode(const torch::Tensor& tokens, const torch::Tensor& segments,
                       const DropoutRandom& random = {});
  /// Log-probabilities [M, count] of tokens [first, first + count) among themselves.
  torch::Tensor Predict(const torch::Tensor& hidden, int64_t first, int64_t count) const;
  /// [M, levels, 256]: all codes of the next item at once.
  torch::Tensor PredictParallel(const torch::Tensor& hidden);

  torch::Tensor& tokens() { return tokens_; }  ///< [tokens, D]

 private:
  EncoderShape shape_;
  double input_dropout_;
  torch::Tensor tokens_, bias_;
  BackboneLayers layers_;
  torch::nn::LayerNorm norm_{nullptr};
  torch::nn::Linear parallel_{nullptr};
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_LANGUAGE_MODEL_H_
