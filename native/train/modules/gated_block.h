#ifndef TSUGI_NATIVE_TRAIN_MODULES_GATED_BLOCK_H_
#define TSUGI_NATIVE_TRAIN_MODULES_GATED_BLOCK_H_

#include "native/train/modules/backbone_block.h"

namespace tsugi::train {

/// LiGR-style block: x += sigmoid(W_g1 x) * Attention(LN x); x += sigmoid(W_g2 x) * SwiGLU(LN x).
/// The gate reads the un-normalised x. Twin: core/layers/gated_block.h.
/// Source: LiGR (arXiv 2502.03417), as used by eSASRec (arXiv 2508.06450). Differs: biases
/// everywhere and a relative attention bias in place of absolute positions, so that a session can
/// slide for ever.
class GatedBlock : public BackboneBlock {
 public:
  GatedBlock(const EncoderShape& shape, double dropout);
  torch::Tensor Forward(const torch::Tensor& x, const AttentionPattern& pattern,
                        const DropoutRandom& random) override;

 private:
  torch::nn::LayerNorm norm1_{nullptr}, norm2_{nullptr};
  torch::nn::Linear qkv_{nullptr}, output_{nullptr}, gate1_{nullptr};
  torch::nn::Linear up_{nullptr}, down_{nullptr}, gate2_{nullptr};
  torch::Tensor relative_bias_;
  double dropout_;
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_MODULES_GATED_BLOCK_H_
