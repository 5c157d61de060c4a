#ifndef TSUGI_CORE_ENCODER_SEQUENCE_ENCODER_H_
#define TSUGI_CORE_ENCODER_SEQUENCE_ENCODER_H_

#include <span>
#include <string>
#include <vector>

#include "core/encoder/branch_state.h"
#include "core/encoder/kv_state.h"
#include "core/encoder/row_trace.h"
#include "core/layers/gated_block.h"
#include "core/layers/sasrec_block.h"
#include "core/layers/workspace.h"
#include "core/model/model_view.h"

namespace tsugi {

/// Which of a model's causal transformers this is, and where its layers stand in a KvState.
struct EncoderPlace {
  std::string prefix;        ///< of its tensors, e.g. kItemEncoder
  uint32_t layer_count;      ///< >= 1
  size_t first_state_layer;  ///< its layer 0 is this layer of the state
};

/// A causal transformer: a stack of blocks and a layer norm.
///
/// Attention is banded in every layer (a row sees itself and the T - 1 before it) and positions are
/// relative, so encoding block by block or row by row gives the same state as one long pass.
class SequenceEncoder {
 public:
  /// Packs the dense weights. Requires: view.Validate().ok().
  /// Errors: kOutOfMemory, kUnsupported.
  static Result<SequenceEncoder> Create(const ModelView& view, const EncoderPlace& place);

  /// Encodes the next `rows` tokens, workspace.x [rows, D] f32 (overwritten), 1 <= rows <= T, and
  /// writes their keys and values behind those that `state` holds.
  ///
  /// output [output_rows, D] f32 receives the normalised output of the last rows, any number of
  /// them; none spares the last layer all but keys and values. `trace`, if there is one, receives
  /// how the last row came about; workspace.x holds what the final norm was given then. Requires:
  /// state.Reserve(rows); output_rows > 0 with a trace.
  /// Errors: kInternal from the kernels.
  Status Run(size_t rows, size_t output_rows, KvState& state, Workspace& workspace, float* output,
             const RowTrace* trace = nullptr) const;

  /// Encodes one token behind each of several branches, workspace.x [rows, D] (overwritten), and
  /// adds the rows to `branches`; `state` is what they share and stays as it is. output [rows, D].
  /// Requires: state.Reserve(branches.depth() + 1); rows <= branches.most_rows().
  /// Errors: kInternal from the kernels.
  Status RunBranches(size_t rows, KvState& state, BranchState& branches, Workspace& workspace,
                     float* output) const;

  /// How many events before the last one can influence its output: T - 1 per layer.
  size_t reach() const { return layer_count_ * (window_ - 1); }

 private:
  Status RunLayer(size_t layer, const BlockRows& block, const KeyValueRows& state,
                  Workspace& workspace) const;
  void TraceLayer(size_t layer, size_t output_rows, const Workspace& workspace,
                  const RowTrace& trace) const;

  std::vector<GatedBlock> gated_blocks_;  ///< one of the two is empty
  std::vector<SasRecBlock> sasrec_blocks_;
  NormWeights norm_;
  size_t layer_count_ = 0;
  size_t first_state_layer_ = 0;
  size_t window_ = 0;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_ENCODER_SEQUENCE_ENCODER_H_
