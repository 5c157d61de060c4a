#include "core/kernels/kernel_table.h"

// The table of one instruction set. CMakeLists.txt compiles this file once per set, like the
// kernels it lists, each time into another namespace. The macro that names the namespace also gives
// the name that reports print. Two steps, because # does not expand its argument.
#define TSUGI_TEXT_INNER(x) #x
#define TSUGI_TEXT(x) TSUGI_TEXT_INNER(x)

namespace tsugi::TSUGI_ISA {

// Of the other *_simd.cc sources; kernel_table.h names the function whose contract each one has.
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

const KernelTable kKernels = {
    .name = TSUGI_TEXT(TSUGI_ISA),
    .layer_norm = LayerNorm,
    .add_gated = AddGated,
    .swiglu = SwiGlu,
    .attention = Attention,
    .score_i8 = ScoreI8,
    .score_f32 = ScoreF32,
    .score_items_i8 = ScoreItemsI8,
    .find_codes = FindCodes,
};

}  // namespace tsugi::TSUGI_ISA
