#ifndef TSUGI_NATIVE_EXPORT_QUANTIZE_MODEL_H_
#define TSUGI_NATIVE_EXPORT_QUANTIZE_MODEL_H_

#include <string>
#include <vector>

#include "core/base/dtype.h"
#include "core/base/status.h"
#include "core/model/model_view.h"
#include "native/export/model_data.h"
#include "native/quantize/quantize_rows.h"

namespace tsugi {

/// One row of the quantisation report.
struct TensorReport {
  std::string name;
  Shape shape;
  QuantizationError error;
};

/// Copies an f32 model into `weight_dtype`: quantizable tensors of the table become int8 with a
/// scale per row, all others stay f32. kF32 copies the model unchanged.
///
/// Appends one row per quantised tensor to `report`, in the table's order, unless it is null.
/// Errors: what ModelView::Validate returns; kInvalidArgument if `f32` is quantised already;
///         kUnsupported for another dtype than kF32 and kI8; kOutOfMemory.
Result<ModelData> Quantize(const ModelView& f32, DType weight_dtype,
                           std::vector<TensorReport>* report = nullptr);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EXPORT_QUANTIZE_MODEL_H_
