#ifndef TSUGI_CORE_BASE_BYTE_SINK_H_
#define TSUGI_CORE_BASE_BYTE_SINK_H_

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

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_BYTE_SINK_H_
