#ifndef TSUGI_CORE_MODEL_STORED_ROWS_H_
#define TSUGI_CORE_MODEL_STORED_ROWS_H_

#include <span>
#include <string>

#include "core/model/model_view.h"
#include "core/model/tensor_table.h"

namespace tsugi {

/// Rows of a quantizable matrix that are looked up one by one. Borrows the view's memory.
struct StoredRows {
  TensorView matrix;              ///< [rows, columns] f32 or i8
  std::span<const float> scales;  ///< [rows] for i8

  static StoredRows Of(const ModelView& view, const std::string& name) {
    StoredRows rows{view.Find(name), {}};
    if (rows.matrix.dtype == DType::kI8) {
      rows.scales = view.Find(name + kScalesSuffix).as<float>();
    }
    return rows;
  }

  /// sum [columns] += factor * row.
  void AddTo(size_t row, float factor, std::span<float> sum) const {
    if (matrix.dtype == DType::kI8) {
      const int8_t* from = matrix.as<int8_t>().data() + row * sum.size();
      factor *= scales[row];
      for (size_t d = 0; d < sum.size(); ++d) sum[d] += factor * static_cast<float>(from[d]);
    } else {
      const float* from = matrix.as<float>().data() + row * sum.size();
      for (size_t d = 0; d < sum.size(); ++d) sum[d] += factor * from[d];
    }
  }
};

}  // namespace tsugi

#endif  // TSUGI_CORE_MODEL_STORED_ROWS_H_
