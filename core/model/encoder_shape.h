#ifndef TSUGI_CORE_MODEL_ENCODER_SHAPE_H_
#define TSUGI_CORE_MODEL_ENCODER_SHAPE_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace tsugi {

/// Residual block of a transformer. Numbers are written to files: append only.
enum class BlockKind : uint8_t {
  kGated = 0,   ///< LiGR: sigmoid-gated residuals around attention and SwiGLU
  kSasRec = 1,  ///< pre-norm attention and ReLU feed-forward
};
inline constexpr std::array<std::string_view, 2> kBlockKindNames = {"gated", "sasrec"};

constexpr std::string_view BlockKindName(BlockKind kind) {
  return kBlockKindNames[static_cast<size_t>(kind)];
}

/// Sizes of one causal transformer: the backbone, or an encoder that a part adds.
struct EncoderShape {
  uint32_t width = 64;          ///< D, a multiple of `heads`
  uint32_t layers = 2;          ///< >= 1
  uint32_t heads = 2;           ///< H
  uint32_t feed_forward = 256;  ///< F
  uint32_t window = 50;         ///< T: a row attends to itself and the T - 1 before it
  BlockKind block = BlockKind::kGated;

  uint32_t head_width() const { return width / heads; }
  bool operator==(const EncoderShape&) const = default;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_MODEL_ENCODER_SHAPE_H_
