#ifndef TSUGI_CORE_KERNELS_LINEAR_H_
#define TSUGI_CORE_KERNELS_LINEAR_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "core/base/dtype.h"
#include "core/base/status.h"
#include "core/base/tensor_view.h"

namespace tsugi {

/// How one row of activations was quantised: value = (q - zero_point) * scale, q in [-128, 127].
struct RowQuantization {
  int32_t zero_point;
  float scale;
};

/// Activations in the form a Linear reads. Borrows; made by LinearInput.
struct LinearRows {
  size_t rows = 0;
  const float* values = nullptr;                  ///< [rows, in] f32, or null
  const int8_t* quantized = nullptr;              ///< [rows, in] i8, or null
  const RowQuantization* quantization = nullptr;  ///< [rows], or null
};

/// Activations prepared once for any number of dense layers of one weight dtype: borrowed as they
/// are for f32 weights, quantised per row (dynamically, asymmetric) for i8 weights.
/// Threads: one at a time.
class LinearInput {
 public:
  /// Errors: kOutOfMemory; kUnsupported if the machine has no kernels.
  static Result<LinearInput> Create(DType weight_dtype, size_t max_rows, size_t max_width);
  LinearInput(LinearInput&&) noexcept;
  LinearInput& operator=(LinearInput&&) noexcept;
  ~LinearInput();

  /// Takes values [rows, width] f32, borrowed until the next call.
  /// Requires: rows <= max_rows, width <= max_width, kReadPadding readable bytes behind `values`.
  Status Prepare(size_t rows, size_t width, const float* values);

  /// Rows [first, first + count) of what was prepared last.
  LinearRows Rows(size_t first, size_t count) const;
  LinearRows AllRows() const;

 private:
  struct Impl;
  explicit LinearInput(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Tensors of one dense layer. Borrows.
struct LinearWeights {
  TensorView weight;              ///< [out, in] f32 or i8
  std::span<const float> scales;  ///< [out] for i8 weights, else empty
  std::span<const float> bias;    ///< [out]
};

/// A dense layer: output = input * weight^T + bias.
///
/// i8 weights: total = sum (q - zero_point) * w in int32, exact;
/// output = total * row scale * weight scale + bias. The sums are the same on every machine; the
/// last float step may be fused (XNNPACK natively) or not (linear_reference). Ownership: packs the
/// weights at creation; with TSUGI_REFERENCE_ONLY it borrows them instead. Threads:   one at a time
/// (an XNNPACK operator keeps its pointers between set-up and run).
class Linear {
 public:
  /// Errors: kOutOfMemory; kUnsupported if the machine has no kernels.
  static Result<Linear> Create(const LinearWeights& weights);
  Linear(Linear&&) noexcept;
  Linear& operator=(Linear&&) noexcept;
  ~Linear();

  /// Writes output [input.rows, out] f32, which does not alias the input. Allocates nothing.
  /// Requires: `input` was prepared for the dtype of these weights and has their width.
  Status Run(const LinearRows& input, float* output) const;

 private:
  struct Impl;
  explicit Linear(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// "xnnpack" or "reference": who computes dense layers in this build.
const char* LinearEngineName();

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_LINEAR_H_
