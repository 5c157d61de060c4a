// Linear on XNNPACK's operator API. Creating an operator packs the weights, once; each call then
// reshapes it, sets its pointers and runs it. The thread pool is always null: the engine has no
// threads of its own.
#include <cstddef>
#include <limits>

#include "core/base/aligned_buffer.h"
#include "core/kernels/linear.h"
#include "core/kernels/xnnpack_operator.h"

namespace tsugi {
namespace {

constexpr float kNoLimit = std::numeric_limits<float>::infinity();
constexpr uint32_t kNoFlags = 0;

// XNNPACK writes its parameters straight into our array, so the two structs must agree.
static_assert(sizeof(RowQuantization) == sizeof(xnn_quantization_params));
static_assert(offsetof(RowQuantization, zero_point) ==
              offsetof(xnn_quantization_params, zero_point));
static_assert(offsetof(RowQuantization, scale) == offsetof(xnn_quantization_params, scale));

xnn_quantization_params* AsXnnpack(RowQuantization* rows) {
  return reinterpret_cast<xnn_quantization_params*>(rows);
}
const xnn_quantization_params* AsXnnpack(const RowQuantization* rows) {
  return reinterpret_cast<const xnn_quantization_params*>(rows);
}

}  // namespace

struct LinearInput::Impl {
  DType weight_dtype;
  size_t rows = 0;
  size_t width = 0;
  const float* values = nullptr;
  XnnpackOperator convert;                      ///< f32 -> qd8; null for f32 weights
  AlignedBuffer<int8_t> quantized;              ///< [max_rows, max_width]
  AlignedBuffer<RowQuantization> quantization;  ///< [max_rows + XNN_EXTRA_QUANTIZATION_PARAMS]
};

LinearInput::LinearInput(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LinearInput::LinearInput(LinearInput&&) noexcept = default;
LinearInput& LinearInput::operator=(LinearInput&&) noexcept = default;
LinearInput::~LinearInput() = default;

Result<LinearInput> LinearInput::Create(DType weight_dtype, size_t max_rows, size_t max_width) {
  auto impl = std::make_unique<Impl>();
  impl->weight_dtype = weight_dtype;
  // f32 weights read the activations where they are: nothing to convert, nothing to allocate.
  if (weight_dtype == DType::kI8) {
    TSUGI_RETURN_IF_ERROR(InitializeXnnpack());
    xnn_operator_t convert = nullptr;
    TSUGI_RETURN_IF_ERROR(
        FromXnnpack(xnn_create_convert_nc_f32_qd8(kNoFlags, &convert), "create f32-qd8"));
    impl->convert.reset(convert);
    TSUGI_ASSIGN_OR_RETURN(impl->quantized, AlignedBuffer<int8_t>::Create(max_rows * max_width));
    // XNNPACK's kernels for several rows read the parameters of rows beyond the last one.
    TSUGI_ASSIGN_OR_RETURN(impl->quantization, AlignedBuffer<RowQuantization>::Create(
                                                   max_rows + XNN_EXTRA_QUANTIZATION_PARAMS));
  }
  return LinearInput(std::move(impl));
}

Status LinearInput::Prepare(size_t rows, size_t width, const float* values) {
  impl_->rows = rows;
  impl_->width = width;
  impl_->values = values;
  if (impl_->weight_dtype == DType::kF32) return Status();
  // Layers of different widths share one buffer; rows are packed without gaps at the current width.
  TSUGI_DCHECK(rows * width <= impl_->quantized.size());
  xnn_operator_t op = impl_->convert.get();
  TSUGI_RETURN_IF_ERROR(FromXnnpack(
      xnn_reshape_convert_nc_f32_qd8(op, rows, width, width, width, nullptr), "reshape f32-qd8"));
  TSUGI_RETURN_IF_ERROR(
      FromXnnpack(xnn_setup_convert_nc_f32_qd8(op, values, impl_->quantized.data(),
                                               AsXnnpack(impl_->quantization.data())),
                  "setup f32-qd8"));
  return FromXnnpack(xnn_run_operator(op, nullptr), "run f32-qd8");
}

// A slice of what Prepare has quantised: a layer that needs the last rows only does not do it
// again.
LinearRows LinearInput::Rows(size_t first, size_t count) const {
  TSUGI_DCHECK(first + count <= impl_->rows);
  if (impl_->weight_dtype == DType::kF32) {
    return {.rows = count, .values = impl_->values + first * impl_->width};
  }
  return {.rows = count,
          .quantized = impl_->quantized.data() + first * impl_->width,
          .quantization = impl_->quantization.data() + first};
}

LinearRows LinearInput::AllRows() const { return Rows(0, impl_->rows); }

struct Linear::Impl {
  DType dtype = DType::kF32;
  XnnpackOperator op;

  Status Create(const LinearWeights& weights);
  Status RunI8(const LinearRows& input, float* output) const;
  Status RunF32(const LinearRows& input, float* output) const;
};

Status Linear::Impl::Create(const LinearWeights& weights) {
  const size_t outputs = weights.weight.shape.rows();
  const size_t inputs = weights.weight.shape.columns();
  TSUGI_DCHECK(weights.bias.size() == outputs);
  TSUGI_RETURN_IF_ERROR(InitializeXnnpack());
  dtype = weights.weight.dtype;
  xnn_operator_t created = nullptr;
  if (dtype == DType::kF32) {
    TSUGI_RETURN_IF_ERROR(FromXnnpack(
        xnn_create_fully_connected_nc_f32(
            inputs, outputs, inputs, outputs, weights.weight.as<float>().data(),
            weights.bias.data(), -kNoLimit, kNoLimit, kNoFlags, nullptr, nullptr, &created),
        "create f32"));
  } else {
    // qd8: activations i8, quantised dynamically per row. qc8w: weights i8 with one scale per
    // output channel. No limits: activation functions are kernels of their own.
    TSUGI_DCHECK(weights.scales.size() == outputs);
    TSUGI_RETURN_IF_ERROR(
        FromXnnpack(xnn_create_fully_connected_nc_qd8_f32_qc8w(
                        inputs, outputs, inputs, outputs, weights.scales.data(),
                        weights.weight.as<int8_t>().data(), weights.bias.data(), -kNoLimit,
                        kNoLimit, kNoFlags, nullptr, nullptr, &created),
                    "create qd8-qc8w"));
  }
  op.reset(created);  // also owns the packed weights
  return Status();
}

// Reshaping with the row count of the last call costs next to nothing, so nothing is remembered.
Status Linear::Impl::RunI8(const LinearRows& input, float* output) const {
  TSUGI_RETURN_IF_ERROR(
      FromXnnpack(xnn_reshape_fully_connected_nc_qd8_f32_qc8w(op.get(), input.rows, nullptr),
                  "reshape qd8-qc8w"));
  TSUGI_RETURN_IF_ERROR(
      FromXnnpack(xnn_setup_fully_connected_nc_qd8_f32_qc8w(op.get(), input.quantized, output,
                                                            AsXnnpack(input.quantization)),
                  "setup qd8-qc8w"));
  return FromXnnpack(xnn_run_operator(op.get(), nullptr), "run qd8-qc8w");
}

Status Linear::Impl::RunF32(const LinearRows& input, float* output) const {
  TSUGI_RETURN_IF_ERROR(FromXnnpack(
      xnn_reshape_fully_connected_nc_f32(op.get(), input.rows, nullptr), "reshape f32"));
  TSUGI_RETURN_IF_ERROR(
      FromXnnpack(xnn_setup_fully_connected_nc_f32(op.get(), input.values, output), "setup f32"));
  return FromXnnpack(xnn_run_operator(op.get(), nullptr), "run f32");
}

Linear::Linear() = default;
Linear::Linear(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Linear::Linear(Linear&&) noexcept = default;
Linear& Linear::operator=(Linear&&) noexcept = default;
Linear::~Linear() = default;

Result<Linear> Linear::Create(const LinearWeights& weights) {
  auto impl = std::make_unique<Impl>();
  TSUGI_RETURN_IF_ERROR(impl->Create(weights));
  return Linear(std::move(impl));
}

Status Linear::Run(const LinearRows& input, float* output) const {
  return impl_->dtype == DType::kI8 ? impl_->RunI8(input, output) : impl_->RunF32(input, output);
}

const char* LinearEngineName() { return "xnnpack"; }

}  // namespace tsugi
