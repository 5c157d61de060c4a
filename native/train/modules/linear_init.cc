#include "native/train/modules/linear_init.h"

#include <cmath>

namespace tsugi::train {

torch::nn::Linear MakeLinear(int64_t inputs, int64_t outputs, double stddev, double bias) {
  torch::nn::Linear linear(inputs, outputs);
  torch::NoGradGuard no_grad;
  linear->weight.normal_(0.0, stddev);
  linear->bias.fill_(bias);
  return linear;
}

torch::nn::Linear MakeLinear(int64_t inputs, int64_t outputs) {
  return MakeLinear(inputs, outputs, 1.0 / std::sqrt(static_cast<double>(inputs)));
}

}  // namespace tsugi::train
