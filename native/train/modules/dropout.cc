#include "native/train/modules/dropout.h"

#include <ATen/CPUGeneratorImpl.h>

namespace tsugi::train {

DropoutRandom MakeDropoutRandom(uint64_t seed) {
  return torch::make_generator<at::CPUGeneratorImpl>(seed);
}

torch::Tensor Dropout(const torch::Tensor& x, double probability, const DropoutRandom& random) {
  // Not torch::dropout: that draws from the process' one generator, so that what a worker draws
  // would depend on when the others do. Dividing by `keep` leaves the mean of x as it was.
  if (!random || probability <= 0.0) return x;
  const double keep = 1.0 - probability;
  return x * torch::empty_like(x).bernoulli_(keep, random).div_(keep);
}

}  // namespace tsugi::train
