#ifndef TSUGI_CORE_PARTS_IMAGINE_CONCEPT_SAMPLER_H_
#define TSUGI_CORE_PARTS_IMAGINE_CONCEPT_SAMPLER_H_

#include <cstdint>
#include <span>

#include "core/parts/imagine/concept_denoiser.h"

namespace tsugi {

/// How to draw rows from the diffusion prior.
struct SampleOptions {
  Rating rating = Rating::kLike;
  uint32_t steps = 20;    ///< denoising steps, 1 to kNoiseSteps
  float guidance = 3.0f;  ///< 0: ignores the condition; 1: as trained; above 1: exaggerates it
  uint32_t seed = 1;      ///< equal seeds draw equal rows
};

/// Draws rows from the diffusion prior: DDIM with classifier-free guidance.
///
///   x_0 = u + guidance (c - u)      c, u: predictions with the condition and without it
///   eps = (x_t - sqrt(abar_t) x_0) / sqrt(1 - abar_t)
///   x_s = sqrt(abar_s) x_0 + sqrt(1 - abar_s) eps        for the next step s < t
///
/// All rows have the same length. Guidance above 1 would leave that sphere, so x_0 is scaled back
/// to the length of c (as in Lin et al. 2024, arXiv 2305.08891).
/// Source: Song et al. 2021 (DDIM, eta = 0); Ho & Salimans 2022 (guidance).
class ConceptSampler {
 public:
  static constexpr size_t kMaxConcepts = ConceptDenoiser::kMaxRows / 2;

  /// Requirements and errors as in ConceptDenoiser::Create.
  static Result<ConceptSampler> Create(const ModelView& view);

  /// Writes rows [count, V] f32, unit vectors (V: ImagineSpec::ConceptWidth). For one session and
  /// one set of options, row i depends on `first` + i alone. session [W]: the query of a session,
  /// or empty for no visitor. Requires: 1 <= count <= kMaxConcepts, options in range. Errors:
  /// kInternal from the kernels, or if a number is not finite.
  Status Sample(std::span<const float> session, const SampleOptions& options, uint32_t first,
                size_t count, float* rows);

 private:
  ConceptSampler(ConceptDenoiser denoiser, size_t width)
      : denoiser_(std::move(denoiser)), width_(width) {}
  void DrawNoise(const SampleOptions& options, uint32_t first, size_t count);
  /// Writes x_0 to predicted_ [count, V], from x_t in noisy_ [count, V].
  Status PredictClean(std::span<const float> session, const SampleOptions& options, uint32_t t,
                      size_t count);

  ConceptDenoiser denoiser_;
  size_t width_;                            ///< V
  AlignedBuffer<float> noisy_, predicted_;  ///< [kMaxRows, V]
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_IMAGINE_CONCEPT_SAMPLER_H_
