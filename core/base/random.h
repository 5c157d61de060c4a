#ifndef TSUGI_CORE_BASE_RANDOM_H_
#define TSUGI_CORE_BASE_RANDOM_H_

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

/// Counter-based random numbers: number i is a pure function of (seed, stream, i). So native and
/// WebAssembly builds draw the same numbers, and so does any number of workers.
/// Source: SplitMix64, whose finaliser is Mix (Steele, Lea and Flood, OOPSLA 2014).
class Random {
 public:
  explicit Random(uint64_t seed, uint64_t stream = 0)
      : key_(Mix(seed + 0x9e3779b97f4a7c15u) ^ Mix(stream + 0xbf58476d1ce4e5b9u)) {}

  uint64_t NextU64() { return At(++counter_); }
  /// Number i >= 1 of the stream; independent of how many were drawn.
  uint64_t At(uint64_t i) const { return Mix(key_ + 0x9e3779b97f4a7c15u * i); }
  /// Uniform in [0, 1).
  double NextUniform() { return static_cast<double>(NextU64() >> 11) * 0x1.0p-53; }
  /// Uniform in [0, bound), with a bias of at most bound / 2^64, which no caller can notice.
  /// Requires: bound > 0.
  uint64_t NextBelow(uint64_t bound) {
    return static_cast<uint64_t>((static_cast<unsigned __int128>(NextU64()) * bound) >> 64);
  }

  /// Spreads every bit of z over all bits of the result; one to one.
  static uint64_t Mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

 private:
  uint64_t key_;
  uint64_t counter_ = 0;
};

/// Brings any random-access container into a uniformly random order (Fisher-Yates).
template <typename Container>
void Shuffle(Container& values, Random& random) {
  for (uint64_t i = values.size(); i > 1; --i) {
    using std::swap;
    swap(values[i - 1], values[random.NextBelow(i)]);
  }
}

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_RANDOM_H_
