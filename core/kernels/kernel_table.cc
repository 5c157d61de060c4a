#include "core/kernels/kernel_table.h"

namespace tsugi {

const KernelTable kReferenceKernels = {
    .name = "reference",
    .layer_norm = LayerNormReference,
    .add_gated = AddGatedReference,
    .swiglu = SwiGluReference,
    .attention = AttentionReference,
    .score_i8 = ScoreI8Reference,
    .score_f32 = ScoreF32Reference,
    .score_items_i8 = ScoreItemsI8Reference,
    .find_codes = FindCodesReference,
};

#ifndef TSUGI_REFERENCE_ONLY
namespace TSUGI_BASELINE {
extern const KernelTable kKernels;
}
#endif
#ifdef TSUGI_HAS_AVX2
namespace avx2 {
extern const KernelTable kKernels;
}
#endif
#ifdef TSUGI_HAS_AVX512
namespace avx512 {
extern const KernelTable kKernels;
}
#endif

namespace {

// Slowest first. SupportedKernels returns a prefix of this list, so each set may only be preceded
// by sets that every processor which runs it can run as well.
constexpr const KernelTable* kTables[] = {
    &kReferenceKernels,
#ifndef TSUGI_REFERENCE_ONLY
    &TSUGI_BASELINE::kKernels,
#endif
#ifdef TSUGI_HAS_AVX2
    &avx2::kKernels,
#endif
#ifdef TSUGI_HAS_AVX512
    &avx512::kKernels,
#endif
};
constexpr size_t kTableCount = sizeof(kTables) / sizeof(kTables[0]);

#ifdef TSUGI_HAS_AVX2
bool HasAvx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#endif
#ifdef TSUGI_HAS_AVX512
// VNNI is asked for not only because the scan uses it: the first processors with AVX-512 lack it,
// and they lower their clock for wide vectors.
bool HasAvx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vnni");
}
#endif

}  // namespace

std::span<const KernelTable* const> SupportedKernels() {
  // AVX-512 counts only on top of AVX2: the list returned must be a prefix.
  size_t count = kTableCount;
#ifdef TSUGI_HAS_AVX512
  if (!HasAvx2() || !HasAvx512()) --count;
#endif
#ifdef TSUGI_HAS_AVX2
  if (!HasAvx2()) --count;
#endif
  return {kTables, count};
}

// Not cached: the processor's features were read at program start, and a static variable would need
// a guard in every call.
const KernelTable& ActiveKernels() { return *SupportedKernels().back(); }

void LayerNorm(const NormWeights& weights, size_t rows, const float* input, float* output) {
  ActiveKernels().layer_norm(weights, rows, input, output);
}

void AddGated(size_t count, const float* gate, const float* branch, float* x) {
  ActiveKernels().add_gated(count, gate, branch, x);
}

void SwiGlu(size_t rows, size_t width, const float* up, float* output) {
  ActiveKernels().swiglu(rows, width, up, output);
}

void Attention(const AttentionShape& shape, const AttentionInput& input, float* scratch,
               float* output) {
  ActiveKernels().attention(shape, input, scratch, output);
}

}  // namespace tsugi
