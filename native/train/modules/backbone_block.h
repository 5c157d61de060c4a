#ifndef TSUGI_NATIVE_TRAIN_MODULES_BACKBONE_BLOCK_H_
#define TSUGI_NATIVE_TRAIN_MODULES_BACKBONE_BLOCK_H_

#include <torch/torch.h>

#include <memory>
#include <vector>

#include "core/model/encoder_shape.h"
#include "native/train/modules/layers.h"

namespace tsugi::train {

/// One residual block of an encoder, [B, L, D] -> [B, L, D]: attention and a feed-forward layer,
/// each with a norm before it and dropout before it joins the residual. What all kinds have is
/// here. Parameters carry the names of core/model/tensor_table.h, so that export is a loop over
/// that table.
class BackboneBlock : public torch::nn::Module {
 public:
  virtual torch::Tensor Forward(const torch::Tensor& x, const AttentionPattern& pattern,
                                const DropoutRandom& random) = 0;

 protected:
  BackboneBlock(const EncoderShape& shape, double dropout);
  /// Registers the second norm; after whatever the kind has between the two.
  void AddSecondNorm();
  /// The attention branch, with dropout.
  torch::Tensor Attended(const torch::Tensor& x, const AttentionPattern& pattern,
                         const DropoutRandom& random);

  const int64_t width_, feed_forward_;
  const double dropout_;
  torch::nn::LayerNorm norm1_{nullptr}, norm2_{nullptr};
  torch::nn::Linear qkv_{nullptr}, output_{nullptr}, up_{nullptr}, down_{nullptr};
  torch::Tensor relative_bias_;  ///< [H, window]
};

/// The blocks of an encoder, of shape.block, one after another.
class BackboneLayers {
 public:
  BackboneLayers() = default;
  /// Registers `count` blocks in `encoder`, as "layers".
  BackboneLayers(const EncoderShape& shape, uint32_t count, double dropout,
                 torch::nn::Module& encoder);
  torch::Tensor Forward(torch::Tensor x, const AttentionPattern& pattern,
                        const DropoutRandom& random) const;

 private:
  std::vector<std::shared_ptr<BackboneBlock>> blocks_;
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_MODULES_BACKBONE_BLOCK_H_
