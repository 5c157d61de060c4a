#ifndef TSUGI_CORE_PARTS_IMAGINE_NOISE_SCHEDULE_H_
#define TSUGI_CORE_PARTS_IMAGINE_NOISE_SCHEDULE_H_

#include <algorithm>
#include <cstdint>

#include "core/base/portable_math.h"
#include "core/base/random.h"

namespace tsugi {

/// Steps of the diffusion over item rows; training uses all, sampling a few of them.
inline constexpr uint32_t kNoiseSteps = 1000;

/// abar of step t: x_t = sqrt(abar) x_0 + sqrt(1 - abar) noise. Squared cosine of the step, from
/// nearly 1 at t = 0 to nearly 0 at kNoiseSteps - 1.
/// Source: Nichol & Dhariwal 2021 (arXiv 2102.09672), eq. 17.
inline double AlphaBar(uint32_t t) {
  constexpr double kOffset = 0.008, kHalfPi = 1.5707963267948966, kLeast = 1e-5;
  const auto at = [](double u) {
    const double c = PortableSinCos((u + kOffset) / (1.0 + kOffset) * kHalfPi).cos;
    return c * c;
  };
  return std::max(kLeast, at((t + 1.0) / kNoiseSteps) / at(0.0));
}

/// Step `i` of `count` that a sampler takes, i from 0: the noisiest first, evenly apart.
inline uint32_t SampledStep(uint32_t i, uint32_t count) {
  return static_cast<uint32_t>(uint64_t{kNoiseSteps} * (count - i) / count) - 1;
}

/// Two independent standard normal numbers: those of draw `i` >= 1 of the stream.
/// Source: Box & Muller 1958.
inline SinCos NormalPair(const Random& random, uint64_t i) {
  constexpr double kTwoPi = 6.283185307179586;
  const auto uniform = [&random](uint64_t at) {  // (0, 1)
    return (static_cast<double>(random.At(at) >> 12) + 0.5) * 0x1.0p-52;
  };
  const double angle = kTwoPi * uniform(2 * i);
  // sqrt by exp and log: within a few bits of the exact value, the same on every machine.
  const double radius = PortableExp(0.5 * PortableLog(-2.0 * PortableLog(uniform(2 * i + 1))));
  const SinCos at = PortableSinCos(angle);
  return {radius * at.sin, radius * at.cos};
}

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_IMAGINE_NOISE_SCHEDULE_H_
