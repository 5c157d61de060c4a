#ifndef TSUGI_CORE_PARTS_IMAGINE_CONCEPT_DENOISER_H_
#define TSUGI_CORE_PARTS_IMAGINE_CONCEPT_DENOISER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/aligned_buffer.h"
#include "core/kernels/linear.h"
#include "core/model/model_view.h"

namespace tsugi {

/// The rating that the visitor would give the concept. The numbers are rows of the tensor
/// imagine.rating, so new ones are only ever appended.
enum class Rating : uint8_t { kDislike = 0, kLike = 1, kNone = 2 };

/// The condition of one prediction.
struct ConceptCondition {
  std::span<const float> session;  ///< [W] the query of a session; empty = no visitor
  Rating rating = Rating::kNone;
};

/// The denoiser of the diffusion prior over vectors of items: predicts the clean vector x_0 from a
/// noisy one x_t, its step t and a condition. Vectors [V] have length sqrt(V), so that their
/// elements have variance 1; V is ImagineSpec::ConceptWidth.
///
///   c   = time(waves(t)) + (session(query) or no_session) + rating        [E]
///   h   = input(x_t)                                                      [V] -> [H]
///   h  += gate * down(SwiGLU(up(norm(h) * (1 + scale) + shift)))          for every block, with
///         scale, shift, gate = modulation(SiLU(c)) of the block
///   x_0 = output(norm(h) * (1 + scale) + shift)                           [H] -> [V]
///
/// waves(t) are sines and cosines of t with wavelengths from 2 pi to 10^4 * 2 pi. norm has no
/// weights. The last line has a modulation of its own.
/// Source:  the prior of REBECA (arXiv 2502.18477): x_0 prediction, conditioned on user and rating,
///          with a null token for each.
/// Differs: the condition is a session and not a user, so a new visitor has one. The blocks are
///          residual layers with adaptive norm (Peebles & Xie 2023) instead of attention over
///          pieces of the vector, at a tenth of the cost.
/// Threads: one at a time.
class ConceptDenoiser {
 public:
  static constexpr size_t kMaxRows = 128;

  /// Packs the dense weights. Requires: the model imagines, view.Validate().ok().
  /// Errors: kOutOfMemory, kUnsupported.
  static Result<ConceptDenoiser> Create(const ModelView& view);

  /// Predicts clean [conditions, rows, V] from noisy [conditions, rows, V]. Each condition applies
  /// to its own group of rows.
  /// Requires: at most 2 conditions, conditions.size() * rows <= kMaxRows, t < kNoiseSteps, and
  /// kReadPadding readable bytes after `noisy`. Errors: kInternal from the kernels.
  Status Predict(uint32_t t, std::span<const ConceptCondition> conditions, size_t rows,
                 const float* noisy, float* clean);

 private:
  struct Block {
    Linear modulation, up, down;
  };
  /// The dense layers outside the blocks.
  struct Outside {
    Linear time, session, input, modulation, output;
  };
  explicit ConceptDenoiser(LinearInput operand) : operand_(std::move(operand)) {}

  Status AllocateScratch(const ModelView& view);
  /// Writes SiLU(c) to conditions_ [conditions, E].
  Status MakeConditions(uint32_t t, std::span<const ConceptCondition> conditions);
  /// Writes norm(h) * (1 + scale) + shift to normed_. modulated_ then holds `parts` vectors [H] for
  /// each condition: 1 + scale, shift and, if there are three, gate.
  Status Modulate(const Linear& modulation, size_t parts, size_t conditions, size_t rows);
  Status RunBlock(const Block& block, size_t conditions, size_t rows);

  Outside outside_;
  std::vector<Block> blocks_;
  std::span<const float> no_session_, ratings_;  ///< [E], [3, E]
  size_t width_ = 0, concept_width_ = 0;         ///< H, V
  LinearInput operand_;                          ///< input of the next dense layers
  // Scratch. conditions_ [2, E], sum_ and waves_ [E], session_ [W], modulated_ [2, 3 H]; the others
  // [kMaxRows, H], up_ [kMaxRows, 2 H].
  AlignedBuffer<float> conditions_, sum_, waves_, session_, modulated_;
  AlignedBuffer<float> hidden_, normed_, up_, inner_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_IMAGINE_CONCEPT_DENOISER_H_
