#ifndef TSUGI_NATIVE_TRAIN_MODULES_UNIT_ROWS_H_
#define TSUGI_NATIVE_TRAIN_MODULES_UNIT_ROWS_H_

#include <torch/torch.h>

namespace tsugi::train {

/// Every row (last dimension) brought to length one; rows of zeros stay.
inline torch::Tensor UnitRows(const torch::Tensor& rows) {
  namespace F = torch::nn::functional;
  return F::normalize(rows, F::NormalizeFuncOptions().dim(-1).eps(1e-12));
}

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_MODULES_UNIT_ROWS_H_
