#ifndef TSUGI_CORE_PARTS_IMAGINE_CONCEPT_SAMPLER_H_
#define TSUGI_CORE_PARTS_IMAGINE_CONCEPT_SAMPLER_H_

#include <cstdint>
#include <span>

#include "core/parts/imagine/concept_denoiser.h"

namespace tsugi {

/// How rows are drawn from the prior.
struct SampleOptions {
  Rating rating = Rating::kLike;
  uint32_t steps = 20;    ///< 1 to kNoiseSteps
  float guidance = 3.0f;  ///< 0: as if nobody asked, 1: as trained, more: further from the former
  uint32_t seed = 1;
};

/// Draws rows from the prior by DDIM with classifier-free guidance:
///
///   x_0 = u + guidance (c - u)      c, u: predictions with the condition and without
///   eps = (x_t - sqrt(abar_t) x_0) / sqrt(1 - abar_t)
///   x_s = sqrt(abar_s) x_0 + sqrt(1 - abar_s) eps        for the next step s < t, noise-free
///
/// Above 1 guidance leads out of the shell that rows lie on, so x_0 keeps the length of c then
/// (as Lin et al. 2024 do, arXiv 2305.08891).
/// Source: Song et al. 2021 (DDIM, eta = 0); Ho & Salimans 2022 (guidance).
class ConceptSampler {
 public:
  static constexpr size_t kMaxConcepts = ConceptDenoiser::kMaxRows / 2;

  /// Requires and errors: as ConceptDenoiser::Create.
  static Result<ConceptSampler> Create(const ModelView& view);

  /// rows [count, W] f32, unit vectors. Row i follows from options.seed and `first` + i alone.
  /// session [W]: a query, or empty for nobody. Requires: 1 <= count <= kMaxConcepts, options in
  /// range. Errors: kInternal from the kernels, or if a number is not finite.
  Status Sample(std::span<const float> session, const SampleOptions& options, uint32_t first,
                size_t count, float* rows);

 private:
  ConceptSampler(ConceptDenoiser denoiser, size_t width)
      : denoiser_(std::move(denoiser)), width_(width) {}
  void DrawNoise(const SampleOptions& options, uint32_t first, size_t count);
  /// predicted_ [count, W] = x_0 from noisy_.
  Status PredictClean(std::span<const float> session, const SampleOptions& options, uint32_t t,
                      size_t count);

  ConceptDenoiser denoiser_;
  size_t width_;                            ///< W
  AlignedBuffer<float> noisy_, predicted_;  ///< [kMaxRows, W]
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_IMAGINE_CONCEPT_SAMPLER_H_
