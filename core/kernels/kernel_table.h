#ifndef TSUGI_CORE_KERNELS_KERNEL_TABLE_H_
#define TSUGI_CORE_KERNELS_KERNEL_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/kernels/activation.h"
#include "core/kernels/attention.h"
#include "core/kernels/code_block.h"
#include "core/kernels/norm.h"
#include "core/kernels/scan_block.h"

namespace tsugi {

/// Our own kernels for one instruction set. Each has the contract of the function it stands behind.
struct KernelTable {
  const char* name;
  decltype(&LayerNormReference) layer_norm;
  decltype(&AddGatedReference) add_gated;
  decltype(&SwiGluReference) swiglu;
  decltype(&AttentionReference) attention;
  decltype(&ScoreI8Reference) score_i8;
  decltype(&ScoreF32Reference) score_f32;
  decltype(&ScoreItemsI8Reference) score_items_i8;
  decltype(&FindCodesReference) find_codes;
};

/// The plain kernels that define the results.
extern const KernelTable kReferenceKernels;

/// Tables that this build holds and this processor can run, slowest first; the reference is the
/// first.
std::span<const KernelTable* const> SupportedKernels();

/// The fastest of them.
const KernelTable& ActiveKernels();

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_KERNEL_TABLE_H_
