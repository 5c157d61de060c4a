#ifndef TSUGI_NATIVE_EXPORT_QUANTIZE_MODEL_H_
#define TSUGI_NATIVE_EXPORT_QUANTIZE_MODEL_H_

#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "native/model/model_file.h"
#include "native/quantize/quantize_rows.h"

namespace tsugi {

/// One row of the quantisation report.
struct TensorReport {
  std::string name;
  Shape shape;
  QuantizationError error;
};

/// How a file stores the quantizable tensors of the table.
enum class WeightFormat {
  kF32,
  kInt8,  ///< int8 with a scale per row
  kInt4,  ///< 4-bit rows, which the reader expands to int8 with a scale per row
};

/// Copies an f32 model into `format`: quantizable tensors of the table become int8 with a scale per
/// row (kInt4: values that four bits can say, and ModelData::int4 has those bits), all others stay
/// f32. kF32 copies the model unchanged.
///
/// Appends one row per quantised tensor to `report`, in the table's order, unless it is null.
/// Errors: what ModelView::Validate returns; kInvalidArgument if `f32` is quantised already;
///         kOutOfMemory.
Result<ModelData> Quantize(const ModelView& f32, WeightFormat format,
                           std::vector<TensorReport>* report = nullptr);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EXPORT_QUANTIZE_MODEL_H_
