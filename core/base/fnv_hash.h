#ifndef TSUGI_CORE_BASE_FNV_HASH_H_
#define TSUGI_CORE_BASE_FNV_HASH_H_

#include <cstdint>
#include <string_view>

namespace tsugi {

inline constexpr uint64_t kFnvBasis = 0xcbf29ce484222325u;

/// One step of FNV-1a, 64 bits. Its low bits are weak: mix the hash before a few of them are used
/// (Random::Mix). Source: Fowler, Noll, Vo.
constexpr uint64_t AddToFnvHash(uint64_t hash, uint8_t byte) {
  return (hash ^ byte) * 0x100000001b3u;
}

/// FNV-1a of a text, going on from `hash`.
constexpr uint64_t FnvHash(std::string_view text, uint64_t hash = kFnvBasis) {
  for (const char c : text) hash = AddToFnvHash(hash, static_cast<uint8_t>(c));
  return hash;
}

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_FNV_HASH_H_
