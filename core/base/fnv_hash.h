#ifndef TSUGI_CORE_BASE_FNV_HASH_H_
#define TSUGI_CORE_BASE_FNV_HASH_H_

#include <cstdint>
#include <string_view>

namespace tsugi {

inline constexpr uint64_t kFnvBasis = 0xcbf29ce484222325u;

/// Adds one byte to a 64-bit FNV-1a hash. The low bits are weak: pass the final hash through
/// Random::Mix before you reduce it to a few bits or a bucket.
/// Source: Fowler, Noll and Vo, FNV-1a.
constexpr uint64_t AddToFnvHash(uint64_t hash, uint8_t byte) {
  return (hash ^ byte) * 0x100000001b3u;
}

/// FNV-1a of a text. Pass the hash of the text before it as `hash` to hash their concatenation.
constexpr uint64_t FnvHash(std::string_view text, uint64_t hash = kFnvBasis) {
  for (const char c : text) hash = AddToFnvHash(hash, static_cast<uint8_t>(c));
  return hash;
}

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_FNV_HASH_H_
