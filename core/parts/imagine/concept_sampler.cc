#include "core/parts/imagine/concept_sampler.h"

#include <algorithm>
#include <cmath>

#include "core/kernels/rowwise.h"
#include "core/parts/imagine/noise_schedule.h"

namespace tsugi {
namespace {

float SquaredLength(const float* row, size_t width) {
  float sum = 0;
  for (size_t d = 0; d < width; ++d) sum += row[d] * row[d];
  return sum;
}

}  // namespace

Result<ConceptSampler> ConceptSampler::Create(const ModelView& view) {
  TSUGI_ASSIGN_OR_RETURN(ConceptDenoiser denoiser, ConceptDenoiser::Create(view));
  const size_t width = ImagineSpec::ConceptWidth(view.spec);
  ConceptSampler sampler(std::move(denoiser), width);
  const size_t size = ConceptDenoiser::kMaxRows * width;
  TSUGI_ASSIGN_OR_RETURN(sampler.noisy_, AlignedBuffer<float>::Create(size));
  TSUGI_ASSIGN_OR_RETURN(sampler.predicted_, AlignedBuffer<float>::Create(size));
  return sampler;
}

// One stream per concept: concept i gets the same noise whether it is drawn first, last or alone.
void ConceptSampler::DrawNoise(const SampleOptions& options, uint32_t first, size_t count) {
  for (size_t r = 0; r < count; ++r) {
    const Random random(options.seed, first + r);
    float* row = noisy_.data() + r * width_;
    for (size_t d = 0; d < width_; d += 2) {
      const SinCos pair = NormalPair(random, d / 2 + 1);
      row[d] = static_cast<float>(pair.cos);
      if (d + 1 < width_) row[d + 1] = static_cast<float>(pair.sin);
    }
  }
}

Status ConceptSampler::PredictClean(std::span<const float> session, const SampleOptions& options,
                                    uint32_t t, size_t count) {
  const ConceptCondition wanted{session, options.rating}, nobody;
  const float guidance = options.guidance;
  float* clean = predicted_.data();
  // With these two values one of the predictions would be multiplied by 0: compute the other alone.
  if (guidance == 0.0f) return denoiser_.Predict(t, {&nobody, 1}, count, noisy_.data(), clean);
  if (guidance == 1.0f) return denoiser_.Predict(t, {&wanted, 1}, count, noisy_.data(), clean);
  const ConceptCondition both[] = {wanted, nobody};
  const size_t size = count * width_;
  // Both predictions in one batch, which reads the weights once. kMaxConcepts is half of the
  // denoiser's rows for this reason.
  std::copy_n(noisy_.data(), size, noisy_.data() + size);
  TSUGI_RETURN_IF_ERROR(denoiser_.Predict(t, both, count, noisy_.data(), clean));
  for (size_t r = 0; r < count; ++r) {
    float* row = clean + r * width_;
    const float* without = row + size;
    const float length = SquaredLength(row, width_);
    for (size_t d = 0; d < width_; ++d) row[d] = without[d] + guidance * (row[d] - without[d]);
    // Between 0 and 1 the result lies between two rows and is no longer than they are; only beyond
    // 1 does it leave the sphere outwards.
    if (guidance < 1.0f) continue;
    const float factor = std::sqrt(length / std::max(SquaredLength(row, width_), 1e-12f));
    for (size_t d = 0; d < width_; ++d) row[d] *= factor;
  }
  return Status();
}

Status ConceptSampler::Sample(std::span<const float> session, const SampleOptions& options,
                              uint32_t first, size_t count, float* rows) {
  DrawNoise(options, first, count);
  const size_t size = count * width_;
  for (uint32_t i = 0; i < options.steps; ++i) {
    const uint32_t t = SampledStep(i, options.steps);
    TSUGI_RETURN_IF_ERROR(PredictClean(session, options, t, count));
    // After the last step the prediction itself is the result, without any noise.
    if (i + 1 == options.steps) break;
    const double abar = AlphaBar(t);
    const double next = AlphaBar(SampledStep(i + 1, options.steps));
    // x_s as a combination of x_0 and x_t, with eps eliminated from the two equations.
    const double kept = std::sqrt((1.0 - next) / (1.0 - abar));
    const auto noisy_weight = static_cast<float>(kept);
    const auto clean_weight = static_cast<float>(std::sqrt(next) - kept * std::sqrt(abar));
    for (size_t d = 0; d < size; ++d) {
      noisy_.data()[d] = clean_weight * predicted_.data()[d] + noisy_weight * noisy_.data()[d];
    }
  }
  std::copy_n(predicted_.data(), size, rows);
  for (size_t r = 0; r < count; ++r) {
    NormalizeLength(width_, rows + r * width_);
    // Weights of a file are finite, but a hostile file may hold such large ones that sums overflow.
    if (!std::isfinite(SquaredLength(rows + r * width_, width_))) {
      return Internal("imagine: a number is not finite; train the model again");
    }
  }
  return Status();
}

}  // namespace tsugi
