#ifndef TSUGI_CORE_LAYERS_WORKSPACE_H_
#define TSUGI_CORE_LAYERS_WORKSPACE_H_

#include "core/base/aligned_buffer.h"
#include "core/kernels/attention.h"
#include "core/kernels/linear.h"
#include "core/model/model_spec.h"

namespace tsugi {

/// Scratch for encoding one block of at most T rows; holds nothing between calls. Every layer uses
/// the same, so that the hot path allocates nothing.
struct Workspace {
  /// Errors: kOutOfMemory; kUnsupported if the machine has no kernels.
  static Result<Workspace> Create(const ModelSpec& spec);

  AlignedBuffer<float> item_rows;       ///< [T, W] before a projection; empty without
  AlignedBuffer<float> x;               ///< [T, D] the residual stream
  AlignedBuffer<float> normed;          ///< [T, D]
  AlignedBuffer<float> queries;         ///< [T, D]
  AlignedBuffer<float> attended;        ///< [T, D]
  AlignedBuffer<float> branch;          ///< [T, D] what is added to x
  AlignedBuffer<float> attention_gate;  ///< [T, D] of the attention's branch, kept for a trace
  AlignedBuffer<float> gate;            ///< [T, D] of the other
  AlignedBuffer<float> up;              ///< [T, 2 F]
  AlignedBuffer<float> inner;           ///< [T, F]
  AlignedBuffer<float> attention_scratch;
  LinearInput input;  ///< the operand of the next dense layers, at most [T, max(D, F)]
  /// Of the intent encoder (core/parts/intent/intent_encoder.h), P labels in M families; empty without.
  struct Intent {
    AlignedBuffer<float> features;       ///< [T, D] the tokens, F
    AlignedBuffer<float> short_term;     ///< [T, D] S
    AlignedBuffer<float> encoded;        ///< [T, D] E, from which intents are predicted
    AlignedBuffer<float> mix;            ///< [T, D] Z
    AlignedBuffer<float> probabilities;  ///< [T, P]
    AlignedBuffer<float> weights;        ///< [T, M]
    AlignedBuffer<float> projected;      ///< [M, D]
  } intent;
};

AttentionShape AttentionShapeOf(const ModelSpec& spec);

/// Rows that a block encodes. `x` [rows, D] is the residual stream; only its last `output_rows`
/// rows are needed afterwards (the final layer of a history needs one), the others give keys and
/// values.
struct BlockRows {
  float* x;
  size_t rows;
  size_t output_rows;  ///< 0 to rows

  size_t first_output() const { return rows - output_rows; }
};

/// Rows of a block that do not follow each other but each continue the state on their own, as the
/// beams of a search do. Borrows.
struct BranchRows {
  /// [depth + 1, most_rows, 2 D]: keys and values of the branches' earlier rows; the block's own go
  /// to the last of them.
  float* rows;
  size_t most_rows;
  size_t depth;               ///< rows that every branch has before the block's
  const uint32_t* ancestors;  ///< [depth, most_rows]: which row of each depth a branch came by
};

/// A layer's keys and values [key_rows, 2 D], contiguous; the last rows are the block's, to be
/// written by the layer. Borrows.
struct KeyValueRows {
  float* data;
  size_t key_rows;
  /// If set, the last depth + 1 rows are scratch in which each branch's own rows take their turn.
  const BranchRows* branches = nullptr;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_LAYERS_WORKSPACE_H_
