#ifndef TSUGI_NATIVE_TRAIN_MODULES_SASREC_BLOCK_H_
#define TSUGI_NATIVE_TRAIN_MODULES_SASREC_BLOCK_H_

#include "native/train/modules/backbone_block.h"

namespace tsugi::train {

/// SASRec block: x += Attention(LN x); x += W_down ReLU(W_up LN x). Twin:
/// core/layers/sasrec_block.h. Source: SASRec (arXiv 1808.09781). Differs: pre-norm with an
/// un-normalised residual and a relative attention bias in place of absolute positions.
class SasRecBlock : public BackboneBlock {
 public:
  SasRecBlock(const EncoderShape& shape, double dropout);
  torch::Tensor Forward(const torch::Tensor& x, const AttentionPattern& pattern,
                        const DropoutRandom& random) override;

 private:
  torch::nn::LayerNorm norm1_{nullptr}, norm2_{nullptr};
  torch::nn::Linear qkv_{nullptr}, output_{nullptr}, up_{nullptr}, down_{nullptr};
  torch::Tensor relative_bias_;
  double dropout_;
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_MODULES_SASREC_BLOCK_H_
