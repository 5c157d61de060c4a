#include "native/train/modules/layers.h"

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>
#include <limits>

namespace tsugi::train {
namespace {

constexpr double kGateStddev = 0.02;

/// LiGR-style block: x += sigmoid(W_g1 x) * Attention(LN x); x += sigmoid(W_g2 x) * SwiGLU(LN x).
/// The gate reads the un-normalised x. Twin: core/layers/blocks.h.
/// Source: LiGR (arXiv 2502.03417), as used by eSASRec (arXiv 2508.06450). Differs: biases
/// everywhere and a relative attention bias in place of absolute positions, so that a session can
/// slide for ever.
class GatedBlock : public BackboneBlock {
 public:
  GatedBlock(const EncoderShape& shape, double dropout) : BackboneBlock(shape, dropout) {
    gate1_ = register_module("gate1", MakeLinear(width_, width_, kGateStddev));
    AddSecondNorm();
    up_ = register_module("up", MakeLinear(width_, 2 * feed_forward_));
    down_ = register_module("down", MakeLinear(feed_forward_, width_));
    gate2_ = register_module("gate2", MakeLinear(width_, width_, kGateStddev));
  }

  torch::Tensor Forward(const torch::Tensor& x, const AttentionPattern& pattern,
                        const DropoutRandom& random) override {
    const auto attended = x + torch::sigmoid(gate1_(x)) * Attended(x, pattern, random);
    const auto halves = up_(norm2_(attended)).chunk(2, -1);  // 2 x [B, L, F]
    const auto fed = down_(torch::silu(halves[0]) * halves[1]);
    return attended + torch::sigmoid(gate2_(attended)) * Dropout(fed, dropout_, random);
  }

 private:
  torch::nn::Linear gate1_{nullptr}, gate2_{nullptr};
};

/// SASRec block: x += Attention(LN x); x += W_down ReLU(W_up LN x). Twin:
/// core/layers/blocks.h. Source: SASRec (arXiv 1808.09781). Differs: pre-norm with an
/// un-normalised residual and a relative attention bias in place of absolute positions.
class SasRecBlock : public BackboneBlock {
 public:
  SasRecBlock(const EncoderShape& shape, double dropout) : BackboneBlock(shape, dropout) {
    AddSecondNorm();
    up_ = register_module("up", MakeLinear(width_, feed_forward_));
    down_ = register_module("down", MakeLinear(feed_forward_, width_));
  }

  torch::Tensor Forward(const torch::Tensor& x, const AttentionPattern& pattern,
                        const DropoutRandom& random) override {
    const auto attended = x + Attended(x, pattern, random);
    return attended + Dropout(down_(torch::relu(up_(norm2_(attended)))), dropout_, random);
  }
};

}  // namespace

torch::nn::Linear MakeLinear(int64_t inputs, int64_t outputs, double stddev, double bias) {
  torch::nn::Linear linear(inputs, outputs);
  torch::NoGradGuard no_grad;
  linear->weight.normal_(0.0, stddev);
  linear->bias.fill_(bias);
  return linear;
}

torch::nn::Linear MakeLinear(int64_t inputs, int64_t outputs) {
  return MakeLinear(inputs, outputs, 1.0 / std::sqrt(static_cast<double>(inputs)));
}

torch::nn::LayerNorm MakeNorm(int64_t width) {
  return torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}));
}

torch::Tensor UnitRows(const torch::Tensor& rows) {
  namespace F = torch::nn::functional;
  return F::normalize(rows, F::NormalizeFuncOptions().dim(-1).eps(1e-12));
}

torch::Tensor LogSoftmaxInGroups(const torch::Tensor& logits,
                                 const std::vector<uint32_t>& group_sizes) {
  std::vector<torch::Tensor> groups;
  int64_t first = 0;
  for (const int64_t size : group_sizes) {
    groups.push_back(torch::log_softmax(logits.narrow(-1, first, size), -1));
    first += size;
  }
  return torch::cat(groups, -1);
}

DropoutRandom MakeDropoutRandom(uint64_t seed) {
  return torch::make_generator<at::CPUGeneratorImpl>(seed);
}

torch::Tensor Dropout(const torch::Tensor& x, double probability, const DropoutRandom& random) {
  // Not torch::dropout: that draws from the process' one generator, so that what a worker draws
  // would depend on when the others do. Dividing by `keep` leaves the mean of x as it was.
  if (!random || probability <= 0.0) return x;
  const double keep = 1.0 - probability;
  return x * torch::empty_like(x).bernoulli_(keep, random).div_(keep);
}

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

BackboneBlock::BackboneBlock(const EncoderShape& shape, double dropout)
    : width_(shape.width), feed_forward_(shape.feed_forward), dropout_(dropout) {
  norm1_ = register_module("norm1", MakeNorm(width_));
  qkv_ = register_module("qkv", MakeLinear(width_, 3 * width_));
  relative_bias_ = register_parameter("relative_bias", torch::zeros({shape.heads, shape.window}));
  output_ = register_module("output", MakeLinear(width_, width_));
}

void BackboneBlock::AddSecondNorm() { norm2_ = register_module("norm2", MakeNorm(width_)); }

torch::Tensor BackboneBlock::Attended(const torch::Tensor& x, const AttentionPattern& pattern,
                                      const DropoutRandom& random) {
  const auto mixed = output_(Attention(qkv_(norm1_(x)), relative_bias_, pattern));
  return Dropout(mixed, dropout_, random);
}

BackboneLayers::BackboneLayers(const EncoderShape& shape, uint32_t count, double dropout,
                               torch::nn::Module& encoder) {
  const auto layers = encoder.register_module("layers", torch::nn::ModuleList());
  for (uint32_t layer = 0; layer < count; ++layer) {
    if (shape.block == BlockKind::kGated) {
      blocks_.push_back(std::make_shared<GatedBlock>(shape, dropout));
    } else {
      blocks_.push_back(std::make_shared<SasRecBlock>(shape, dropout));
    }
    layers->push_back(blocks_.back());
  }
}

torch::Tensor BackboneLayers::Forward(torch::Tensor x, const AttentionPattern& pattern,
                                      const DropoutRandom& random) const {
  for (const auto& block : blocks_) x = block->Forward(x, pattern, random);
  return x;
}

}  // namespace tsugi::train
