#include "core/kernels/simd_kernels.h"

// The table of one instruction set. This file is compiled once per set, like the kernels it lists,
// and the macro that names the namespace also gives the name that reports print. Two steps, because
// # does not expand its argument.
#define TSUGI_TEXT_INNER(x) #x
#define TSUGI_TEXT(x) TSUGI_TEXT_INNER(x)

namespace tsugi::TSUGI_ISA {

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
