#include "native/train/modules/backbone_block.h"

namespace tsugi::train {
namespace {

constexpr double kGateStddev = 0.02;

/// LiGR-style block: x += sigmoid(W_g1 x) * Attention(LN x); x += sigmoid(W_g2 x) * SwiGLU(LN x).
/// The gate reads the un-normalised x. Twin: core/layers/gated_block.h.
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
/// core/layers/sasrec_block.h. Source: SASRec (arXiv 1808.09781). Differs: pre-norm with an
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
