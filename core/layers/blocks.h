#ifndef TSUGI_CORE_LAYERS_BLOCKS_H_
#define TSUGI_CORE_LAYERS_BLOCKS_H_

#include "core/kernels/linear.h"
#include "core/kernels/rowwise.h"
#include "core/layers/layer_tensors.h"
#include "core/layers/self_attention.h"
#include "core/layers/workspace.h"

namespace tsugi {

/// A transformer block whose two residual branches pass through learned gates:
///   x += sigmoid(gate1(x)) * attention(norm1(x))
///   x += sigmoid(gate2(x)) * down(silu(u1) * u2),  [u1, u2] = up(norm2(x))
///
/// Source:  LiGR (LinkedIn, arXiv 2502.03417), section 4: learned gates on both residual branches.
/// Differs: SwiGLU instead of a single hidden activation; relative positions (see SelfAttention).
/// Twin:    native/train/modules/layers.h, with the same parameter names.
class GatedBlock {
 public:
  /// Packs the dense weights; borrows the norms. Errors: kOutOfMemory, kUnsupported.
  static Result<GatedBlock> Create(const LayerTensors& tensors, const EncoderShape& shape);

  /// Updates the output rows of block.x in place and writes the keys and values of all rows to
  /// `state`. Errors: kInternal from the kernels.
  Status Run(const BlockRows& block, const KeyValueRows& state, Workspace& workspace) const;

 private:
  GatedBlock() = default;

  /// x += sigmoid(gate(x)) * workspace.branch, for `rows` rows. logits [rows, D] gets gate(x).
  Status AddThroughGate(const Linear& gate, float* x, size_t rows, float* logits,
                        Workspace& workspace) const;
  Status RunFeedForward(const float* x, size_t rows, Workspace& workspace) const;

  NormWeights norm1_;
  NormWeights norm2_;
  size_t inner_width_ = 0;  ///< F
  SelfAttention attention_;
  Linear gate1_, up_, down_, gate2_;
};

/// A plain pre-norm transformer block:
///   x += attention(norm1(x))
///   x += down(relu(up(norm2(x))))
///
/// Source:  SASRec (arXiv 1808.09781), section III-B.
/// Differs: pre-norm on both branches; relative positions (see SelfAttention).
/// Twin:    native/train/modules/layers.h, with the same parameter names.
class SasRecBlock {
 public:
  /// Packs the dense weights; borrows the norms. Errors: kOutOfMemory, kUnsupported.
  static Result<SasRecBlock> Create(const LayerTensors& tensors, const EncoderShape& shape);

  /// Updates the output rows of block.x in place and writes the keys and values of all rows to
  /// `state`. Errors: kInternal from the kernels.
  Status Run(const BlockRows& block, const KeyValueRows& state, Workspace& workspace) const;

 private:
  SasRecBlock() = default;

  NormWeights norm1_;
  NormWeights norm2_;
  size_t inner_width_ = 0;  ///< F
  SelfAttention attention_;
  Linear up_, down_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_LAYERS_BLOCKS_H_
