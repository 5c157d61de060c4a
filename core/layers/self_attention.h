#ifndef TSUGI_CORE_LAYERS_SELF_ATTENTION_H_
#define TSUGI_CORE_LAYERS_SELF_ATTENTION_H_

#include "core/kernels/linear.h"
#include "core/layers/layer_tensors.h"
#include "core/layers/workspace.h"

namespace tsugi {

/// Causal self-attention over the session's keys and values, with a learned bias per head and
/// distance instead of absolute positions: the state can slide for ever. Used by both block kinds.
///
/// Tensors: qkv [3 D, D] (rows: query, key, value), relative_bias [H, window], output [D, D].
/// Differs from LiGR and SASRec: relative instead of absolute positions.
class SelfAttention {
 public:
  /// Errors: kOutOfMemory, kUnsupported.
  /// window: how many rows a row attends to at most, itself included.
  static Result<SelfAttention> Create(const LayerTensors& tensors, size_t window);

  /// Reads workspace.input, the normalised rows [rows, D]; writes the keys and values of all rows
  /// to the end of `state` and the branch of the output rows to workspace.branch [output_rows, D].
  /// Overwrites workspace.input unless output_rows is 0.
  ///
  /// row_counts [output_rows]: to how many rows, itself included, each output row attends; values
  /// above the window or the rows there are count as those. Empty: the window.
  Status Run(const BlockRows& block, const KeyValueRows& state, Workspace& workspace,
             std::span<const uint32_t> row_counts = {}) const;

 private:
  SelfAttention(AttentionShape shape, Linear query, Linear key_value, Linear output)
      : shape_(shape),
        query_(std::move(query)),
        key_value_(std::move(key_value)),
        output_(std::move(output)) {}

  /// The same for a block of branches.
  Status RunBranches(const BlockRows& block, const KeyValueRows& state, Workspace& workspace) const;
  void Attend(const AttentionInput& all, std::span<const uint32_t> row_counts,
              Workspace& workspace) const;

  AttentionShape shape_;
  Linear query_;
  Linear key_value_;  ///< both halves of a state row in one product
  Linear output_;
  AlignedBuffer<float> reversed_bias_;  ///< [H, window] newest last, as the kernel reads it
};

}  // namespace tsugi

#endif  // TSUGI_CORE_LAYERS_SELF_ATTENTION_H_
