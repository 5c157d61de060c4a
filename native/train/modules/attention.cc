#include "native/train/modules/attention.h"

#include <cmath>
#include <limits>

namespace tsugi::train {

AttentionPattern MakeAttentionPattern(const torch::Tensor& segments, int64_t window) {
  // Row i may see row j of its own chunk if 0 <= i - j < window. The unused tail has segment -1
  // throughout and sees itself: no row is blocked whole, so no softmax divides by 0.
  const int64_t length = segments.size(1);
  const auto index = torch::arange(length, torch::kInt64);
  const auto raw_distance = index.unsqueeze(1) - index.unsqueeze(0);  // [L, L]
  const auto outside_band = (raw_distance < 0).logical_or(raw_distance >= window);
  const auto other_segment = segments.unsqueeze(2) != segments.unsqueeze(1);  // [B, L, L]
  return {other_segment.logical_or(outside_band).unsqueeze(1), raw_distance.clamp(0, window - 1)};
}

AttentionPattern MakeShortTermPattern(const torch::Tensor& segments, const torch::Tensor& counts,
                                      int64_t window) {
  AttentionPattern pattern = MakeAttentionPattern(segments, window);
  if (!counts.defined()) return pattern;
  const auto is_older = pattern.distance.unsqueeze(0) >= counts.unsqueeze(2);  // [B, L, L]
  pattern.blocked = pattern.blocked.logical_or(is_older.unsqueeze(1));
  return pattern;
}

torch::Tensor Attention(const torch::Tensor& qkv, const torch::Tensor& relative_bias,
                        const AttentionPattern& pattern) {
  const int64_t batch = qkv.size(0), length = qkv.size(1), width = qkv.size(2) / 3;
  const int64_t heads = relative_bias.size(0);
  const auto split = qkv.view({batch, length, 3, heads, width / heads}).permute({2, 0, 3, 1, 4});
  // softmax(q k^T / sqrt(Dh) + bias) v per head; the engine computes the same from its ring buffer.
  const double scale = 1.0 / std::sqrt(static_cast<double>(width / heads));
  auto logits = torch::matmul(split[0] * scale, split[1].transpose(-1, -2));  // [B, H, L, L]
  const auto bias =
      relative_bias.index_select(1, pattern.distance.view(-1)).view({1, heads, length, length});
  logits = (logits + bias).masked_fill(pattern.blocked, -std::numeric_limits<float>::infinity());
  const auto mixed = torch::matmul(torch::softmax(logits, -1), split[2]);  // [B, H, L, Dh]
  return mixed.transpose(1, 2).reshape({batch, length, width});
}

}  // namespace tsugi::train
