#ifndef TSUGI_CORE_LAYERS_WORKSPACE_H_
#define TSUGI_CORE_LAYERS_WORKSPACE_H_

#include "core/base/aligned_buffer.h"
#include "core/kernels/attention.h"
#include "core/kernels/linear.h"
#include "core/model/model_spec.h"

namespace tsugi {

/// Scratch memory for encoding one block of at most T rows. All layers share it, so pushing an
/// event allocates nothing. Nothing in it outlives a call, except where a function says so.
struct Workspace {
  /// Errors: kOutOfMemory; kUnsupported if the processor lacks instructions that XNNPACK needs.
  static Result<Workspace> Create(const EncoderShape& shape, DType weight_dtype,
                                  size_t row_width = 0);

  AlignedBuffer<float> item_rows;       ///< [T, W] before the projection; empty without one
  AlignedBuffer<float> x;               ///< [T, D] the residual stream
  AlignedBuffer<float> normed;          ///< [T, D]
  AlignedBuffer<float> queries;         ///< [T, D]
  AlignedBuffer<float> attended;        ///< [T, D]
  AlignedBuffer<float> branch;          ///< [T, D] a residual branch, before it is added to x
  AlignedBuffer<float> attention_gate;  ///< [T, D] gate logits of attention, kept for a trace
  AlignedBuffer<float> gate;            ///< [T, D] gate logits of the feed-forward branch
  AlignedBuffer<float> up;              ///< [T, 2 F]
  AlignedBuffer<float> inner;           ///< [T, F]
  AlignedBuffer<float> attention_scratch;
  LinearInput input;  ///< the operand of the next dense layers, at most [T, max(D, F)]
};

/// The attention shape of the item encoder's layers.
AttentionShape AttentionShapeOf(const EncoderShape& shape);

/// The rows that a transformer block encodes. `x` [rows, D] is the residual stream. Only the last
/// `output_rows` rows are computed to the end; the others are needed for their keys and values
/// alone. (The last layer of a history needs one output row.)
struct BlockRows {
  float* x;
  size_t rows;
  size_t output_rows;  ///< 0 to rows

  size_t first_output() const { return rows - output_rows; }
};

/// Rows that do not follow each other: each one continues the shared state on its own, like the
/// beams of a beam search. Borrows.
struct BranchRows {
  /// [depth + 1, most_rows, 2 D]: keys and values of the branches' earlier rows. The layer writes
  /// those of the current rows at index `depth`.
  float* rows;
  size_t most_rows;
  size_t depth;               ///< rows that every branch already has
  const uint32_t* ancestors;  ///< [depth, most_rows]: a branch's row at each earlier depth
};

/// The keys and values of one layer [key_rows, 2 D], contiguous. The last rows belong to the
/// current block, and the layer writes them. Borrows.
struct KeyValueRows {
  float* data;
  size_t key_rows;
  /// If set, the last depth + 1 rows are scratch that holds the rows of one branch after another.
  const BranchRows* branches = nullptr;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_LAYERS_WORKSPACE_H_
