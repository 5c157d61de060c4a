#ifndef TSUGI_TESTS_CORE_SEAL_SESSION_H_
#define TSUGI_TESTS_CORE_SEAL_SESSION_H_

#include <cstdint>
#include <span>

#include "core/base/bytes.h"
#include "core/base/random.h"

namespace tsugi {

/// Writes the checksum that fits a changed saved session, as core/saved_session.cc computes it, so
/// that what reads the bytes before it is reached. Requires: at least 8 bytes.
inline void SealSession(std::span<uint8_t> bytes) {
  const size_t size = bytes.size() - sizeof(uint64_t);
  uint64_t hash = size;
  size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    hash = Random::Mix(hash ^ LoadLittleEndian<uint64_t>(bytes.data() + at)) + 1;
  }
  for (; at < size; ++at) hash = Random::Mix(hash ^ bytes[at]) + 1;
  StoreLittleEndian(hash, bytes.data() + size);
}

}  // namespace tsugi

#endif  // TSUGI_TESTS_CORE_SEAL_SESSION_H_
