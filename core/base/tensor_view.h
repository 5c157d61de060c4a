#ifndef TSUGI_CORE_BASE_TENSOR_VIEW_H_
#define TSUGI_CORE_BASE_TENSOR_VIEW_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/status.h"

namespace tsugi {

/// Element type of a tensor. Files store these numbers, so new types are only ever appended.
enum class DType : uint8_t {
  kF32 = 0,
  kI8 = 1,  ///< symmetric, q in [-127, 127]; value = q * scale of the row
  kI32 = 2,
  kU8 = 3,   ///< raw bytes (text)
  kU64 = 4,  ///< offsets
};

/// The scale given to an i8 row that is all zeros. Any positive number would do; readers reject
/// scales that are not positive.
inline constexpr float kZeroRowScale = 1e-8f;

/// Bytes of one element.
constexpr size_t DTypeBytes(DType dtype) {
  switch (dtype) {
    case DType::kF32:
      return 4;
    case DType::kI8:
      return 1;
    case DType::kI32:
      return 4;
    case DType::kU8:
      return 1;
    case DType::kU64:
      return 8;
  }
  return 0;
}

/// The name that messages and `tsugi inspect` print, e.g. "i8".
constexpr std::string_view DTypeName(DType dtype) {
  switch (dtype) {
    case DType::kF32:
      return "f32";
    case DType::kI8:
      return "i8";
    case DType::kI32:
      return "i32";
    case DType::kU8:
      return "u8";
    case DType::kU64:
      return "u64";
  }
  return "unknown";
}

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
