#ifndef TSUGI_NATIVE_TRAIN_MODULES_ATTENTION_H_
#define TSUGI_NATIVE_TRAIN_MODULES_ATTENTION_H_

#include <torch/torch.h>

namespace tsugi::train {

/// Which rows of a packed batch may attend to which; shared by every layer of a forward pass.
///
/// B bins of L tokens; a bin holds the chunks of several users back to back.
struct AttentionPattern {
  torch::Tensor
      blocked;  ///< [B, 1, L, L] bool: another user's token, the future, or beyond the window
  torch::Tensor distance;  ///< [L, L] i64: clamp(i - j, 0, T - 1), the row of the relative bias
};

/// Builds the pattern. segments [B, L] i32: chunk number within the bin, -1 for the unused tail.
AttentionPattern MakeAttentionPattern(const torch::Tensor& segments, int64_t window);

/// The pattern of the short-term encoder: a row sees the last counts[row] rows of its chunk, itself
/// included. counts [B, L] i64, 1 to `window`; undefined: the window for all.
AttentionPattern MakeShortTermPattern(const torch::Tensor& segments, const torch::Tensor& counts,
                                      int64_t window);

/// Causal, banded multi-head attention with a learned bias per head and distance.
/// qkv [B, L, 3D], relative_bias [H, T] -> [B, L, D]. Twin: core/kernels/attention.h.
/// Source: relative bias as in HSTU's rab without its time term (arXiv 2402.17152, eq. 2).
torch::Tensor Attention(const torch::Tensor& qkv, const torch::Tensor& relative_bias,
                        const AttentionPattern& pattern);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_MODULES_ATTENTION_H_
