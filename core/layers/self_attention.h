#ifndef TSUGI_CORE_LAYERS_SELF_ATTENTION_H_
#define TSUGI_CORE_LAYERS_SELF_ATTENTION_H_

#include "core/kernels/linear.h"
#include "core/layers/layer_tensors.h"
#include "core/layers/workspace.h"

namespace tsugi {

/// Causal self-attention over the session's keys and values. Positions are relative: each head has
/// a learned bias for every distance. So the stored keys and values stay valid however far the
/// session moves on. Both kinds of block use this layer.
///
/// Tensors: qkv [3 D, D] (rows: query, key, value), relative_bias [H, window], output [D, D].
/// Differs: LiGR and SASRec have absolute positions.
class SelfAttention {
 public:
  /// encoder.window: the largest number of rows that a row attends to, itself included.
  /// Errors: kOutOfMemory, kUnsupported.
  static Result<SelfAttention> Create(const LayerTensors& tensors, const EncoderShape& encoder);

  /// Reads the normalised rows [rows, D] from workspace.input. Writes the keys and values of all
  /// rows to the end of `state`, and the result for the output rows to workspace.branch
  /// [output_rows, D]. Overwrites workspace.input unless output_rows is 0.
  ///
  /// row_counts [output_rows]: the number of rows, itself included, that each output row attends
  /// to; limited to the window and to the rows that exist. Empty: the window for every row.
  /// Errors: kInternal from the kernels.
  Status Run(const BlockRows& block, const KeyValueRows& state, Workspace& workspace,
             std::span<const uint32_t> row_counts = {}) const;

  SelfAttention() = default;  ///< no layer: may only be assigned to

 private:
  /// Run for rows that each continue a branch of their own (BranchRows).
  Status RunBranches(const BlockRows& block, const KeyValueRows& state, Workspace& workspace) const;
  void Attend(const AttentionInput& all, std::span<const uint32_t> row_counts,
              Workspace& workspace) const;

  AttentionShape shape_;
  Linear query_;
  Linear key_value_;  ///< keys and values in one product, in the layout of a state row
  Linear output_;
  AlignedBuffer<float> reversed_bias_;  ///< [H, window] as in AttentionInput
};

}  // namespace tsugi

#endif  // TSUGI_CORE_LAYERS_SELF_ATTENTION_H_
