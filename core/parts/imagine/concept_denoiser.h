#ifndef TSUGI_CORE_PARTS_IMAGINE_CONCEPT_DENOISER_H_
#define TSUGI_CORE_PARTS_IMAGINE_CONCEPT_DENOISER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/aligned_buffer.h"
#include "core/kernels/linear.h"
#include "core/model/model_view.h"

namespace tsugi {

/// What a concept is wanted for. Numbers are rows of imagine.rating: append only.
enum class Rating : uint8_t { kDislike = 0, kLike = 1, kNone = 2 };

/// What the prior is told of one side of the guidance.
struct ConceptCondition {
  std::span<const float> session;  ///< [W] the query of a session; empty = of nobody
  Rating rating = Rating::kNone;
};

/// The prior over item rows: predicts the clean row x_0 from a noisy one, x_t, its step and a
/// condition. Rows are unit vectors times sqrt(W), so that their numbers have variance one.
///
///   c   = time(waves(t)) + session(query) or no_session + rating          [E]
///   h   = input(x_t)                                                      [W] -> [H]
///   h  += gate * down(SwiGLU(up(norm(h) * (1 + scale) + shift)))          every block;
///         scale, shift, gate = modulation(SiLU(c))
///   x_0 = output(norm(h) * (1 + scale) + shift)                           [H] -> [W]
///
/// waves(t): sine and cosine of t over wave lengths from 2 pi to 10^4 2 pi. norm has no weights.
/// Source:  the prior of REBECA (arXiv 2502.18477): x_0 prediction, conditioned on user and rating
///          with a null token for each. Differs: the condition is a session, so a new visitor has
///          one; blocks are residual layers under adaptive norm (Peebles & Xie 2023) instead of
///          attention over pieces of the vector, which costs a tenth.
/// Threads: one at a time.
class ConceptDenoiser {
 public:
  static constexpr size_t kMaxRows = 128;

  /// Packs the weights. Requires: view.spec.imagine_width > 0, view.Validate().ok().
  /// Errors: kOutOfMemory, kUnsupported.
  static Result<ConceptDenoiser> Create(const ModelView& view);

  /// clean [conditions, rows, W] from noisy, the same shape, every group of rows under its
  /// condition. Requires: conditions.size() * rows <= kMaxRows, t < kNoiseSteps, kReadPadding
  /// readable bytes behind `noisy`. Errors: kInternal from the kernels.
  Status Predict(uint32_t t, std::span<const ConceptCondition> conditions, size_t rows,
                 const float* noisy, float* clean);

 private:
  struct Block {
    Linear modulation, up, down;
  };
  /// The dense layers that stand alone.
  struct Outside {
    Linear time, session, input, modulation, output;
  };
  ConceptDenoiser(Outside outside, LinearInput operand)
      : outside_(std::move(outside)), operand_(std::move(operand)) {}

  Status AllocateScratch(const ModelView& view);
  /// conditions_ [conditions, E] = SiLU(c).
  Status MakeConditions(uint32_t t, std::span<const ConceptCondition> conditions);
  /// Writes normed_ from hidden_; modulated_ holds `parts` vectors a condition, scale and shift
  /// first.
  Status Modulate(const Linear& modulation, size_t parts, size_t conditions, size_t rows);
  Status RunBlock(const Block& block, size_t conditions, size_t rows);

  Outside outside_;
  std::vector<Block> blocks_;
  std::span<const float> no_session_, ratings_;  ///< [E], [3, E]
  size_t width_ = 0, row_width_ = 0;             ///< H, W
  LinearInput operand_;                          ///< of the next dense layers
  // Scratch: [2, E] and [2, 3 H] of conditions, then [kMaxRows, H] and up_ [kMaxRows, 2 H].
  AlignedBuffer<float> conditions_, sum_, waves_, session_, modulated_;
  AlignedBuffer<float> hidden_, normed_, up_, inner_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_IMAGINE_CONCEPT_DENOISER_H_
