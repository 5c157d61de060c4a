#ifndef TSUGI_CORE_KERNELS_KERNEL_TABLE_H_
#define TSUGI_CORE_KERNELS_KERNEL_TABLE_H_

#include <span>

#include "core/kernels/attention.h"
#include "core/kernels/rowwise.h"
#include "core/kernels/scan_block.h"

namespace tsugi {

/// Our own kernels, compiled for one instruction set. Each entry has the contract of the public
/// function of the same name, e.g. layer_norm that of LayerNorm (rowwise.h).
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

/// The plain kernels, which define the results.
extern const KernelTable kReferenceKernels;

/// The tables that this build contains and this processor can run, slowest first. The first is the
/// reference.
std::span<const KernelTable* const> SupportedKernels();

/// The fastest of the supported tables.
const KernelTable& ActiveKernels();

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_KERNEL_TABLE_H_
