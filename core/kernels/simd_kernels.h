#ifndef TSUGI_CORE_KERNELS_SIMD_KERNELS_H_
#define TSUGI_CORE_KERNELS_SIMD_KERNELS_H_

#include "core/kernels/kernel_table.h"

/// The fast kernels. CMakeLists.txt compiles them once per instruction set, each time into another
/// namespace. kernel_table.h names the function whose contract each one has.
namespace tsugi::TSUGI_ISA {

void LayerNorm(const NormWeights& weights, size_t rows, const float* input, float* output);
void AddGated(size_t count, const float* gate, const float* branch, float* x);
void SwiGlu(size_t rows, size_t width, const float* up, float* output);
void Attention(const AttentionShape& shape, const AttentionInput& input, float* scratch,
               float* output);
uint64_t ScoreI8(const ScanBlock& block, float threshold, float* scores);
uint64_t ScoreF32(const ScanBlock& block, float threshold, float* scores);
void ScoreItemsI8(const ScanBlock& table, const uint32_t* items, size_t count, float* scores);
size_t FindCodes(const CodeScan& scan, size_t first, uint16_t limit, uint64_t* bits,
                 uint16_t* sums);

extern const KernelTable kKernels;

}  // namespace tsugi::TSUGI_ISA

#endif  // TSUGI_CORE_KERNELS_SIMD_KERNELS_H_
