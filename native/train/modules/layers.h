#ifndef TSUGI_NATIVE_TRAIN_MODULES_LAYERS_H_
#define TSUGI_NATIVE_TRAIN_MODULES_LAYERS_H_

#include <torch/torch.h>

#include <memory>
#include <optional>
#include <vector>

#include "core/model/encoder_shape.h"

namespace tsugi::train {

/// Linear layer [inputs] -> [outputs], weights N(0, stddev^2), bias `bias`.
torch::nn::Linear MakeLinear(int64_t inputs, int64_t outputs, double stddev, double bias = 0.0);

/// With stddev = 1 / sqrt(inputs), which keeps the mean square of what passes.
torch::nn::Linear MakeLinear(int64_t inputs, int64_t outputs);

/// Layer norm over the last dimension, of `width` numbers.
torch::nn::LayerNorm MakeNorm(int64_t width);

/// Every row (last dimension) brought to length one; rows of zeros stay.
torch::Tensor UnitRows(const torch::Tensor& rows);

/// Logits [.., P] of groups of choices -> log-probabilities [.., P]: a log-softmax within each
/// group. `group_sizes` add up to P.
torch::Tensor LogSoftmaxInGroups(const torch::Tensor& logits,
                                 const std::vector<uint32_t>& group_sizes);

/// Where one forward pass draws its dropout masks; none in evaluation, which drops nothing.
/// Explicit rather than LibTorch's global generator, so that workers side by side draw the same
/// masks in any order of execution and a resumed run those of an uninterrupted one.
using DropoutRandom = std::optional<torch::Generator>;

DropoutRandom MakeDropoutRandom(uint64_t seed);

/// Zeroes each element with `probability` and scales the others by 1 / (1 - probability).
torch::Tensor Dropout(const torch::Tensor& x, double probability, const DropoutRandom& random);

/// Which rows of a packed batch may attend to which; shared by every layer of a forward pass.
///
/// B bins of L tokens; a bin holds the chunks of several users back to back.
struct AttentionPattern {
  /// [B, 1, L, L] bool: another user's token, the future, or beyond the window.
  torch::Tensor blocked;
  torch::Tensor distance;  ///< [L, L] i64: clamp(i - j, 0, T - 1), the row of the relative bias
};

/// Builds the pattern. segments [B, L] i32: chunk number within the bin, -1 for the unused tail.
AttentionPattern MakeAttentionPattern(const torch::Tensor& segments, int64_t window);

/// Causal, banded multi-head attention with a learned bias per head and distance.
/// qkv [B, L, 3D], relative_bias [H, T] -> [B, L, D]. Twin: core/kernels/attention.h.
/// Source: relative bias as in HSTU's rab without its time term (arXiv 2402.17152, eq. 2).
torch::Tensor Attention(const torch::Tensor& qkv, const torch::Tensor& relative_bias,
                        const AttentionPattern& pattern);

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

#endif  // TSUGI_NATIVE_TRAIN_MODULES_LAYERS_H_
