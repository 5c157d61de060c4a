#ifndef TSUGI_NATIVE_TRAIN_MODULES_BACKBONE_BLOCK_H_
#define TSUGI_NATIVE_TRAIN_MODULES_BACKBONE_BLOCK_H_

#include <torch/torch.h>

#include "core/model/encoder_shape.h"
#include "native/train/modules/attention.h"
#include "native/train/modules/dropout.h"

namespace tsugi::train {

/// One residual block of the backbone; [B, L, D] -> [B, L, D]. Parameters carry the names of
/// core/model/tensor_table.h, so that export is a loop over that table.
class BackboneBlock : public torch::nn::Module {
 public:
  virtual torch::Tensor Forward(const torch::Tensor& x, const AttentionPattern& pattern,
                                const DropoutRandom& random) = 0;
};

/// Makes the block of shape.block. `dropout` is applied to each branch before it joins the
/// residual.
std::shared_ptr<BackboneBlock> MakeBackboneBlock(const EncoderShape& shape, double dropout);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_MODULES_BACKBONE_BLOCK_H_
