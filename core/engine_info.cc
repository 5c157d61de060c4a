#include "core/engine_info.h"

#include "core/base/concat.h"
#include "core/kernels/kernel_table.h"
#include "core/kernels/linear.h"

namespace tsugi {

std::string EngineInfo(DType weight_dtype) {
  return Concat(LinearEngineName(), (weight_dtype == DType::kI8 ? "-int8 " : "-f32 "),
                ActiveKernels().name);
}

}  // namespace tsugi
