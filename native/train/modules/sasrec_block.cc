#include "native/train/modules/sasrec_block.h"

#include <cmath>

#include "native/train/modules/linear_init.h"

namespace tsugi::train {

SasRecBlock::SasRecBlock(const EncoderShape& shape, double dropout) : dropout_(dropout) {
  const int64_t d = shape.width, f = shape.feed_forward;
  const double stddev = 1.0 / std::sqrt(static_cast<double>(d));
  norm1_ = register_module("norm1", torch::nn::LayerNorm(torch::nn::LayerNormOptions({d})));
  qkv_ = register_module("qkv", MakeLinear(d, 3 * d, stddev));
  relative_bias_ = register_parameter("relative_bias", torch::zeros({shape.heads, shape.window}));
  output_ = register_module("output", MakeLinear(d, d, stddev));
  norm2_ = register_module("norm2", torch::nn::LayerNorm(torch::nn::LayerNormOptions({d})));
  up_ = register_module("up", MakeLinear(d, f, stddev));
  down_ = register_module("down", MakeLinear(f, d, 1.0 / std::sqrt(static_cast<double>(f))));
}

torch::Tensor SasRecBlock::Forward(const torch::Tensor& x, const AttentionPattern& pattern,
                                   const DropoutRandom& random) {
  const auto mixed = output_(Attention(qkv_(norm1_(x)), relative_bias_, pattern));
  const auto attended = x + Dropout(mixed, dropout_, random);
  return attended + Dropout(down_(torch::relu(up_(norm2_(attended)))), dropout_, random);
}

}  // namespace tsugi::train
