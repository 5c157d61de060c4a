#ifndef TSUGI_MODEL_FORMAT_CHECKSUM_H_
#define TSUGI_MODEL_FORMAT_CHECKSUM_H_

#include <cstdint>
#include <span>

namespace tsugi {

/// Returns the 64-bit checksum of `bytes`: XXH64 with seed 0, so `xxhsum -H64` agrees.
/// Finds damage, not forgery. Reads 32 bytes per step in four independent lanes.
/// Source: xxHash specification, XXH64 (doc/xxhash_spec.md of the xxHash project).
uint64_t ComputeChecksum(std::span<const uint8_t> bytes);

}  // namespace tsugi

#endif  // TSUGI_MODEL_FORMAT_CHECKSUM_H_
