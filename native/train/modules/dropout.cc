#include "native/train/modules/dropout.h"

#include <ATen/CPUGeneratorImpl.h>

namespace tsugi::train {

DropoutRandom MakeDropoutRandom(uint64_t seed) {
  return torch::make_generator<at::CPUGeneratorImpl>(seed);
}

torch::Tensor Dropout(const torch::Tensor& x, double probability, const DropoutRandom& random) {
  if (!random || probability <= 0.0) return x;
  const double keep = 1.0 - probability;
  return x * torch::empty_like(x).bernoulli_(keep, random).div_(keep);
}

}  // namespace tsugi::train
