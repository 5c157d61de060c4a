#ifndef TSUGI_CORE_BASE_DTYPE_H_
#define TSUGI_CORE_BASE_DTYPE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

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

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_DTYPE_H_
