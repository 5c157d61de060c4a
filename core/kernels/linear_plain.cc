// Linear on the reference kernels, for the TSUGI_REFERENCE_ONLY build. The weights stay where they
// are: the reference reads them row by row, so a packed copy would gain nothing.
#include "core/base/aligned_buffer.h"
#include "core/kernels/linear.h"

namespace tsugi {

struct LinearInput::Impl {
  DType weight_dtype;
  size_t rows = 0;
  size_t width = 0;
  const float* values = nullptr;
  AlignedBuffer<int8_t> quantized;
  AlignedBuffer<RowQuantization> quantization;
};

LinearInput::LinearInput(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LinearInput::LinearInput(LinearInput&&) noexcept = default;
LinearInput& LinearInput::operator=(LinearInput&&) noexcept = default;
LinearInput::~LinearInput() = default;

Result<LinearInput> LinearInput::Create(DType weight_dtype, size_t max_rows, size_t max_width) {
  auto impl = std::make_unique<Impl>();
  impl->weight_dtype = weight_dtype;
  if (weight_dtype == DType::kI8) {
    TSUGI_ASSIGN_OR_RETURN(impl->quantized, AlignedBuffer<int8_t>::Create(max_rows * max_width));
    TSUGI_ASSIGN_OR_RETURN(impl->quantization, AlignedBuffer<RowQuantization>::Create(max_rows));
  }
  return LinearInput(std::move(impl));
}

Status LinearInput::Prepare(size_t rows, size_t width, const float* values) {
  impl_->rows = rows;
  impl_->width = width;
  impl_->values = values;
  // Once per input, however many layers read it: query, key and value share one input.
  if (impl_->weight_dtype == DType::kI8) {
    QuantizeRowsReference(rows, width, values, impl_->quantized.data(), impl_->quantization.data());
  }
  return Status();
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
  LinearWeights weights;
};

Linear::Linear() = default;
Linear::Linear(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Linear::Linear(Linear&&) noexcept = default;
Linear& Linear::operator=(Linear&&) noexcept = default;
Linear::~Linear() = default;

// Never fails; the Result is that of the XNNPACK build, which allocates.
Result<Linear> Linear::Create(const LinearWeights& weights) {
  return Linear(std::make_unique<Impl>(Impl{weights}));
}

Status Linear::Run(const LinearRows& input, float* output) const {
  LinearReference(impl_->weights, input, output);
  return Status();
}

const char* LinearEngineName() { return "reference"; }

}  // namespace tsugi
