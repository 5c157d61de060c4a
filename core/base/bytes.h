#ifndef TSUGI_CORE_BASE_BYTES_H_
#define TSUGI_CORE_BASE_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/status.h"

namespace tsugi {

/// Takes the bytes of a file, front to back.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  /// An error stops the writer, which returns it unchanged.
  virtual Status Append(std::span<const uint8_t> bytes) = 0;
};

/// Writes the sizeof(T) bytes of an unsigned integer, lowest byte first, on any machine.
template <typename T>
void StoreLittleEndian(T value, uint8_t* out) {
  for (size_t i = 0; i < sizeof(T); ++i) out[i] = static_cast<uint8_t>(value >> (8 * i));
}

/// Reads an integer that StoreLittleEndian wrote.
template <typename T>
T LoadLittleEndian(const uint8_t* in) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) value |= static_cast<T>(static_cast<T>(in[i]) << (8 * i));
  return value;
}

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_BYTES_H_
