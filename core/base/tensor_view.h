#ifndef TSUGI_CORE_BASE_TENSOR_VIEW_H_
#define TSUGI_CORE_BASE_TENSOR_VIEW_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/dtype.h"
#include "core/base/status.h"

namespace tsugi {

/// Shape of a tensor of rank 1 or 2, row-major, outermost dimension first.
struct Shape {
  std::array<uint64_t, 2> dims{0, 1};
  uint32_t rank = 1;

  static constexpr Shape Vector(uint64_t n) { return {{n, 1}, 1}; }
  static constexpr Shape Matrix(uint64_t rows, uint64_t columns) { return {{rows, columns}, 2}; }
  /// The product of the dimensions. Requires: it does not overflow. ReadModel checks the dimensions
  /// of a file before it calls this.
  constexpr uint64_t elements() const { return dims[0] * (rank == 2 ? dims[1] : 1); }
  constexpr uint64_t rows() const { return dims[0]; }
  constexpr uint64_t columns() const { return rank == 2 ? dims[1] : 1; }
  friend constexpr bool operator==(const Shape&, const Shape&) = default;
};

/// Borrows the memory of a tensor. At least kReadPadding readable bytes follow it.
struct TensorView {
  DType dtype = DType::kF32;
  Shape shape;
  const void* data = nullptr;

  bool empty() const { return data == nullptr; }
  size_t bytes() const { return shape.elements() * DTypeBytes(dtype); }
  /// The elements as a span. Requires: T is the C++ type of `dtype`.
  template <typename T>
  std::span<const T> as() const {
    TSUGI_DCHECK(sizeof(T) == DTypeBytes(dtype));
    return {static_cast<const T*>(data), static_cast<size_t>(shape.elements())};
  }
};

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_TENSOR_VIEW_H_
