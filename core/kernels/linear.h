#ifndef TSUGI_CORE_KERNELS_LINEAR_H_
#define TSUGI_CORE_KERNELS_LINEAR_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "core/base/status.h"
#include "core/base/tensor_view.h"

namespace tsugi {

/// The quantisation of one row of activations: value = (q - zero_point) * scale, q in [-128, 127].
struct RowQuantization {
  int32_t zero_point;
  float scale;
};

/// Activations in the form that Linear reads. Borrows; made by LinearInput. Either `values` is set
/// (f32 weights) or `quantized` and `quantization` are (i8 weights).
struct LinearRows {
  size_t rows = 0;
  const float* values = nullptr;                  ///< [rows, in] f32, or null
  const int8_t* quantized = nullptr;              ///< [rows, in] i8, or null
  const RowQuantization* quantization = nullptr;  ///< [rows], or null
};

/// Activations, prepared once for any number of dense layers whose weights have one dtype. For f32
/// weights they are borrowed as they are; for i8 weights every row is quantised over its own range
/// (dynamic, asymmetric).
/// Threads: one at a time.
class LinearInput {
 public:
  /// Allocates for at most `max_rows` rows of `max_width` values.
  /// Errors: kOutOfMemory; kUnsupported if the processor lacks instructions that XNNPACK needs.
  static Result<LinearInput> Create(DType weight_dtype, size_t max_rows, size_t max_width);
  LinearInput(LinearInput&&) noexcept;
  LinearInput& operator=(LinearInput&&) noexcept;
  ~LinearInput();

  /// Prepares values [rows, width] f32, which are borrowed until the next call.
  /// Requires: rows <= max_rows, width <= max_width, kReadPadding readable bytes after `values`.
  Status Prepare(size_t rows, size_t width, const float* values);

  /// Rows [first, first + count) of the values that were prepared last.
  LinearRows Rows(size_t first, size_t count) const;
  LinearRows AllRows() const;

 private:
  struct Impl;
  explicit LinearInput(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The tensors of one dense layer. Borrows.
struct LinearWeights {
  TensorView weight;              ///< [out, in] f32 or i8
  std::span<const float> scales;  ///< [out] for i8 weights, else empty
  std::span<const float> bias;    ///< [out]
};

/// A dense layer: output = input * weight^T + bias.
///
/// With i8 weights, total = sum (q - zero_point) * w is an exact int32 sum, the same on every
/// machine, and output = total * row scale * weight scale + bias. Whether that last float step is
/// fused differs: native XNNPACK fuses, LinearReference does not.
///
/// Ownership: packs a copy of the weights at creation; with TSUGI_REFERENCE_ONLY it borrows them.
/// Threads:   one at a time, because an XNNPACK operator stores its pointers between set-up and
///            run.
class Linear {
 public:
  /// Packs the weights. Errors: as LinearInput::Create.
  static Result<Linear> Create(const LinearWeights& weights);
  Linear();  ///< no layer: may only be assigned to
  Linear(Linear&&) noexcept;
  Linear& operator=(Linear&&) noexcept;
  ~Linear();

  /// Writes output [input.rows, out] f32. Allocates nothing.
  /// Requires: `input` was prepared for the dtype of these weights and has their width; the output
  /// does not overlap it.
  Status Run(const LinearRows& input, float* output) const;

 private:
  struct Impl;
  explicit Linear(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The name of the implementation of Linear in this build: "xnnpack" or "reference".
const char* LinearEngineName();

/// Quantises input [rows, width] f32 to output [rows, width] i8, each row over its own range
/// [min(0, lowest), max(0, highest)]: q = clamp(round(x * 255 / range) + zero_point).
/// Parity: the same bits as XNNPACK's f32 -> qd8 conversion.
void QuantizeRowsReference(size_t rows, size_t width, const float* input, int8_t* output,
                           RowQuantization* quantization);

/// The plain dense layer, f32 or i8 according to `weights.weight.dtype`. It defines the result of
/// Linear::Run.
void LinearReference(const LinearWeights& weights, const LinearRows& input, float* output);

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_LINEAR_H_
