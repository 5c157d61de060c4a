#ifndef TSUGI_NATIVE_TRAIN_MODULES_DROPOUT_H_
#define TSUGI_NATIVE_TRAIN_MODULES_DROPOUT_H_

#include <torch/torch.h>

#include <optional>

namespace tsugi::train {

/// Where one forward pass draws its dropout masks; none in evaluation, which drops nothing.
/// Explicit rather than LibTorch's global generator, so that workers side by side draw the same
/// masks in any order of execution and a resumed run those of an uninterrupted one.
using DropoutRandom = std::optional<torch::Generator>;

DropoutRandom MakeDropoutRandom(uint64_t seed);

/// Zeroes each element with `probability` and scales the others by 1 / (1 - probability).
torch::Tensor Dropout(const torch::Tensor& x, double probability, const DropoutRandom& random);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_MODULES_DROPOUT_H_
