#ifndef TSUGI_CORE_ENCODER_SEQUENCE_ENCODER_H_
#define TSUGI_CORE_ENCODER_SEQUENCE_ENCODER_H_

#include <span>
#include <vector>

#include "core/encoder/kv_state.h"
#include "core/layers/gated_block.h"
#include "core/layers/sasrec_block.h"
#include "core/layers/workspace.h"
#include "core/model/model_view.h"

namespace tsugi {

/// The causal backbone: rows of tokens -> the hidden vector of the last one.
///
/// Attention is banded in every layer (a row sees itself and the T - 1 before it) and positions are
/// relative, so encoding block by block or row by row gives the same state as one long pass.
class SequenceEncoder {
 public:
  /// Packs the dense weights. Requires: view.Validate().ok().
  /// Errors: kOutOfMemory, kUnsupported.
  static Result<SequenceEncoder> Create(const ModelView& view);

  /// Encodes the next `rows` tokens, workspace.x [rows, D] f32 (overwritten), 1 <= rows <= T, and
  /// appends them to `state`.
  ///
  /// hidden [D] f32 receives the output of the last token: layer norm, then divided by its length
  /// if the spec says so. Empty: leave it out, which spares the last layer all but keys and values.
  /// Errors: kInternal from the kernels; `state` has no new rows then.
  Status Append(size_t rows, KvState& state, Workspace& workspace, std::span<float> hidden) const;

  /// How many of the last tokens can influence the state and the hidden vector after them: T for
  /// one layer, T - 1 more for every other.
  size_t receptive_field() const { return layer_count_ * (window_ - 1) + 1; }

 private:
  Status RunLayer(size_t layer, const BlockRows& block, const KeyValueRows& state,
                  Workspace& workspace) const;

  std::vector<GatedBlock> gated_blocks_;  ///< one of the two is empty
  std::vector<SasRecBlock> sasrec_blocks_;
  NormWeights norm_;
  size_t layer_count_ = 0;
  size_t window_ = 0;
  bool normalize_hidden_ = false;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_ENCODER_SEQUENCE_ENCODER_H_
