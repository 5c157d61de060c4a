#ifndef TSUGI_CORE_ENCODER_SEQUENCE_ENCODER_H_
#define TSUGI_CORE_ENCODER_SEQUENCE_ENCODER_H_

#include <string>
#include <vector>

#include "core/encoder/kv_state.h"
#include "core/layers/blocks.h"
#include "core/layers/workspace.h"
#include "core/model/model_view.h"

namespace tsugi {

/// Intermediate values of the last row that a SequenceEncoder encoded, recorded for explanations.
/// Borrows.
struct RowTrace {
  float* token;    ///< [D] the row before the first layer
  float* queries;  ///< [L, D] its attention queries
  float* gates;    ///< [L, D] gate logits of attention; meaningless for blocks without gates
};

/// Identifies one of the causal transformers of a model.
struct EncoderPlace {
  std::string prefix;  ///< prefix of its tensor names, e.g. kItemEncoder
  EncoderShape shape;
  size_t first_state_layer = 0;  ///< the layer of the KvState that its layer 0 uses
};

/// A causal transformer: a stack of blocks and a layer norm.
///
/// In every layer a row attends to itself and the T - 1 rows before it, and positions are relative.
/// So encoding row by row, block by block or in one long pass gives the same state.
class SequenceEncoder {
 public:
  /// Packs the dense weights. Requires: view.Validate().ok().
  /// Errors: kOutOfMemory, kUnsupported.
  static Result<SequenceEncoder> Create(const ModelView& view, const EncoderPlace& place);

  /// Encodes the next `rows` tokens, workspace.x [rows, D] f32 (overwritten), 1 <= rows <= T, and
  /// writes their keys and values after those that `state` holds. It does not commit them.
  ///
  /// output [output_rows, D] f32 gets the normalised output of the last `output_rows` rows. With 0
  /// the last layer computes keys and values only. `trace` may be null; otherwise it gets the
  /// intermediate values of the last row, and workspace.x holds the input of the final norm.
  /// Requires: state.Reserve(rows) was called; output_rows > 0 with a trace.
  /// Errors: kInternal from the kernels.
  Status Run(size_t rows, size_t output_rows, KvState& state, Workspace& workspace, float* output,
             const RowTrace* trace = nullptr) const;

  /// Encodes one further token of each of several branches, workspace.x [rows, D] (overwritten),
  /// and writes their keys and values to `branches`. The branches share `state`, whose rows do not
  /// change. output [rows, D] f32.
  /// Requires: state.Reserve(branches.depth() + 1) was called; rows <= branches.most_rows().
  /// Errors: kInternal from the kernels.
  Status RunBranches(size_t rows, KvState& state, BranchState& branches, Workspace& workspace,
                     float* output) const;

  /// How many events before the last one can influence its output: T - 1 for each layer.
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
