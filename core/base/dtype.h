#ifndef TSUGI_CORE_BASE_DTYPE_H_
#define TSUGI_CORE_BASE_DTYPE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tsugi {

/// Element type of a tensor. The numbers are written to files: append only.
enum class DType : uint8_t {
  kF32 = 0,
  kI8 = 1,  ///< symmetric, [-127, 127]; value = q * scale of its output row
  kI32 = 2,
  kU8 = 3,   ///< raw bytes (text)
  kU64 = 4,  ///< offsets
};

/// Scale of an i8 row of zeros: any positive number.
inline constexpr float kZeroRowScale = 1e-8f;

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
