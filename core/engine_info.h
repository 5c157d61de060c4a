#ifndef TSUGI_CORE_ENGINE_INFO_H_
#define TSUGI_CORE_ENGINE_INFO_H_

#include <string>

#include "core/base/dtype.h"

namespace tsugi {

/// Names the code path that runs here, for reports: who computes the dense layers, on which
/// weights, and the instruction set of our own kernels, e.g. "xnnpack-int8 avx2", "reference-f32
/// reference".
std::string EngineInfo(DType weight_dtype);

}  // namespace tsugi

#endif  // TSUGI_CORE_ENGINE_INFO_H_
