#ifndef TSUGI_NATIVE_TRAIN_MODULES_LINEAR_INIT_H_
#define TSUGI_NATIVE_TRAIN_MODULES_LINEAR_INIT_H_

#include <torch/torch.h>

namespace tsugi::train {

/// Linear layer [inputs] -> [outputs], weights N(0, stddev^2), bias `bias`.
torch::nn::Linear MakeLinear(int64_t inputs, int64_t outputs, double stddev, double bias = 0.0);

/// With stddev = 1 / sqrt(inputs), which keeps the mean square of what passes.
torch::nn::Linear MakeLinear(int64_t inputs, int64_t outputs);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_MODULES_LINEAR_INIT_H_
