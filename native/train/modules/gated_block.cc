#include "native/train/modules/gated_block.h"

#include <cmath>

#include "native/train/modules/linear_init.h"

namespace tsugi::train {

GatedBlock::GatedBlock(const EncoderShape& shape, double dropout) : dropout_(dropout) {
  const int64_t d = shape.width, f = shape.feed_forward;
  const double stddev = 1.0 / std::sqrt(static_cast<double>(d));
  norm1_ = register_module("norm1", torch::nn::LayerNorm(torch::nn::LayerNormOptions({d})));
  qkv_ = register_module("qkv", MakeLinear(d, 3 * d, stddev));
  relative_bias_ = register_parameter("relative_bias", torch::zeros({shape.heads, shape.window}));
  output_ = register_module("output", MakeLinear(d, d, stddev));
  gate1_ = register_module("gate1", MakeLinear(d, d, 0.02));
  norm2_ = register_module("norm2", torch::nn::LayerNorm(torch::nn::LayerNormOptions({d})));
  up_ = register_module("up", MakeLinear(d, 2 * f, stddev));
  down_ = register_module("down", MakeLinear(f, d, 1.0 / std::sqrt(static_cast<double>(f))));
  gate2_ = register_module("gate2", MakeLinear(d, d, 0.02));
}

torch::Tensor GatedBlock::Forward(const torch::Tensor& x, const AttentionPattern& pattern,
                                  const DropoutRandom& random) {
  const auto mixed = output_(Attention(qkv_(norm1_(x)), relative_bias_, pattern));
  const auto attended = x + torch::sigmoid(gate1_(x)) * Dropout(mixed, dropout_, random);
  const auto halves = up_(norm2_(attended)).chunk(2, -1);  // 2 x [B, L, F]
  const auto fed = down_(torch::silu(halves[0]) * halves[1]);
  return attended + torch::sigmoid(gate2_(attended)) * Dropout(fed, dropout_, random);
}

}  // namespace tsugi::train
