#ifndef TSUGI_CORE_PARTS_IMAGINE_NOISE_SCHEDULE_H_
#define TSUGI_CORE_PARTS_IMAGINE_NOISE_SCHEDULE_H_

#include <algorithm>
#include <cstdint>

#include "core/base/numbers.h"
#include "core/base/random.h"

namespace tsugi {

/// The number of steps of the diffusion over item rows. Training uses all of them, sampling a few.
inline constexpr uint32_t kNoiseSteps = 1000;

/// abar of step t, in x_t = sqrt(abar) x_0 + sqrt(1 - abar) noise: a squared cosine of t that falls
/// from nearly 1 at t = 0 to nearly 0 at t = kNoiseSteps - 1.
/// Source: Nichol & Dhariwal 2021 (arXiv 2102.09672), eq. 17.
inline double AlphaBar(uint32_t t) {
  constexpr double kOffset = 0.008, kHalfPi = 1.5707963267948966, kLeast = 1e-5;
  const auto at = [](double u) {
    const double c = PortableSinCos((u + kOffset) / (1.0 + kOffset) * kHalfPi).cos;
    return c * c;
  };
  return std::max(kLeast, at((t + 1.0) / kNoiseSteps) / at(0.0));
}

/// Step number i, 0 <= i < count, of a sampler that takes `count` steps: evenly spaced, from the
/// noisiest (kNoiseSteps - 1) down.
inline uint32_t SampledStep(uint32_t i, uint32_t count) {
  return static_cast<uint32_t>(uint64_t{kNoiseSteps} * (count - i) / count) - 1;
}

/// Two independent standard normal numbers. They depend on the stream and i >= 1 alone.
/// Source: Box & Muller 1958.
inline SinCos NormalPair(const Random& random, uint64_t i) {
  constexpr double kTwoPi = 6.283185307179586;
  const auto uniform = [&random](uint64_t at) {  // (0, 1)
    return (static_cast<double>(random.At(at) >> 12) + 0.5) * 0x1.0p-52;
  };
  const double angle = kTwoPi * uniform(2 * i);
  // sqrt(y) as exp(log(y) / 2): within a few bits of the exact value, and the same number on every
  // machine.
  const double radius = PortableExp(0.5 * PortableLog(-2.0 * PortableLog(uniform(2 * i + 1))));
  const SinCos at = PortableSinCos(angle);
  return {radius * at.sin, radius * at.cos};
}

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_IMAGINE_NOISE_SCHEDULE_H_
