#ifndef TSUGI_CORE_KERNELS_SIMD_VECTOR_H_
#define TSUGI_CORE_KERNELS_SIMD_VECTOR_H_

// Vectors as wide as the instruction set that the including source is compiled for. They use the
// vector extension of GCC and Clang, so one source serves SSE2, AVX2, AVX-512, NEON and SIMD128.
// Only *_simd.cc files include this header.
//
// Everything here is static, and those sources use no inline function of the standard library. If
// two of them compiled one such function for two instruction sets, the linker would keep either,
// and an older processor could end up in AVX-512 code.

#include <cstddef>
#include <cstdint>

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace tsugi::TSUGI_ISA {

#if defined(__AVX512F__)
inline constexpr size_t kLanes = 16;
#elif defined(__AVX2__)
inline constexpr size_t kLanes = 8;
#else
inline constexpr size_t kLanes = 4;
#endif

typedef float F32 __attribute__((vector_size(4 * kLanes)));
typedef int32_t I32 __attribute__((vector_size(4 * kLanes)));

static inline F32 Load(const float* p) {
  F32 v;
  __builtin_memcpy(&v, p, sizeof(v));
  return v;
}
static inline void Store(float* p, F32 v) { __builtin_memcpy(p, &v, sizeof(v)); }

/// Loads the first `count` elements and fills up with zeros, for the last step of a loop.
/// Requires: count < kLanes.
static inline F32 LoadPart(const float* p, size_t count) {
#ifdef __AVX512F__
  return _mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << count) - 1), p);
#else
  F32 v{};
  for (size_t i = 0; i < count; ++i) v[i] = p[i];
  return v;
#endif
}
static inline void StorePart(float* p, F32 v, size_t count) {
#ifdef __AVX512F__
  _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << count) - 1), v);
#else
  for (size_t i = 0; i < count; ++i) p[i] = v[i];
#endif
}

static inline F32 Splat(float x) { return x - F32{}; }
static inline F32 Max(F32 a, F32 b) { return a > b ? a : b; }
static inline F32 Min(F32 a, F32 b) { return a < b ? a : b; }

/// a * b + c, fused if the instruction set can. These sources are compiled with -ffp-contract=off,
/// so the compiler fuses nothing else and an expression rounds in the same way wherever it occurs.
static inline F32 MulAdd(F32 a, F32 b, F32 c) {
#if defined(__AVX512F__)
  return _mm512_fmadd_ps(a, b, c);
#elif defined(__FMA__)
  return _mm256_fmadd_ps(a, b, c);
#else
  return a * b + c;
#endif
}

/// Keeps the lanes below `count` and sets the others to `other`.
static inline F32 KeepFirst(F32 v, size_t count, float other) {
#ifdef __AVX512F__
  return _mm512_mask_mov_ps(Splat(other), static_cast<__mmask16>((1u << count) - 1), v);
#else
  I32 lane;
  for (size_t i = 0; i < kLanes; ++i) lane[i] = static_cast<int32_t>(i);
  return lane < static_cast<int32_t>(count) ? v : Splat(other);
#endif
}

/// The sum of all lanes: adds the upper half to the lower half until one lane is left.
static inline float Sum(F32 v) {
#ifdef __AVX512F__
  return _mm512_reduce_add_ps(v);
#else
  float halves[kLanes];
  Store(halves, v);
  for (size_t half = kLanes / 2; half > 0; half /= 2) {
    for (size_t i = 0; i < half; ++i) halves[i] += halves[i + half];
  }
  return halves[0];
#endif
}

/// The maximum of all lanes.
static inline float Highest(F32 v) {
#ifdef __AVX512F__
  return _mm512_reduce_max_ps(v);
#else
  float highest = v[0];
  for (size_t i = 1; i < kLanes; ++i) highest = v[i] > highest ? v[i] : highest;
  return highest;
#endif
}

/// e^x within 2 ulp for x in [-87, 88]. Smaller and larger x give e^-87.3 and e^88, so the result
/// is never 0 and never infinite.
/// Source: range reduction x = n ln 2 + r; minimax polynomial for e^r from Cephes' expf.
static inline F32 Exp(F32 x) {
  constexpr float kLog2E = 1.44269504088896341f;
  constexpr float kLn2High = 0.693359375f;
  constexpr float kLn2Low = -2.12194440e-4f;
  constexpr float kRoundToInteger = 12582912.0f;  // 1.5 * 2^23: the sum's low bits are the integer
  x = Min(Max(x, Splat(-87.3f)), Splat(88.0f));
  const F32 shifted = MulAdd(x, Splat(kLog2E), Splat(kRoundToInteger));
  const F32 n = shifted - kRoundToInteger;
  const F32 r = MulAdd(n, Splat(-kLn2Low), MulAdd(n, Splat(-kLn2High), x));
  F32 p = MulAdd(r, Splat(1.9875691500e-4f), Splat(1.3981999507e-3f));
  p = MulAdd(p, r, Splat(8.3334519073e-3f));
  p = MulAdd(p, r, Splat(4.1665795894e-2f));
  p = MulAdd(p, r, Splat(1.6666665459e-1f));
  p = MulAdd(p, r, Splat(5.0000001201e-1f));
  p = MulAdd(p, r * r, r) + 1.0f;
  const I32 exponent = (reinterpret_cast<I32>(shifted) - 0x4b400000 + 127) << 23;
  return p * reinterpret_cast<F32>(exponent);
}

static inline F32 Sigmoid(F32 x) { return 1.0f / (1.0f + Exp(-x)); }

}  // namespace tsugi::TSUGI_ISA

#endif  // TSUGI_CORE_KERNELS_SIMD_VECTOR_H_
