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

namespace {

constexpr const KernelTable* kTables[] = {
    &kReferenceKernels,
#ifndef TSUGI_REFERENCE_ONLY
    &TSUGI_BASELINE::kKernels,
#endif
#ifdef TSUGI_HAS_AVX2
    &avx2::kKernels,
#endif
};
constexpr size_t kTableCount = sizeof(kTables) / sizeof(kTables[0]);

}  // namespace

std::span<const KernelTable* const> SupportedKernels() {
  size_t count = kTableCount;
#ifdef TSUGI_HAS_AVX2
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) --count;
#endif
  return {kTables, count};
}

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
