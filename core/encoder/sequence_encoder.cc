#include "core/encoder/sequence_encoder.h"

#include "core/kernels/norm.h"
#include "core/model/tensor_table.h"

namespace tsugi {

Result<SequenceEncoder> SequenceEncoder::Create(const ModelView& view) {
  SequenceEncoder encoder;
  encoder.layer_count_ = view.spec.layer_count;
  encoder.window_ = view.spec.window;
  encoder.normalize_hidden_ = view.spec.normalize_hidden;
  encoder.norm_ = LayerTensors(view, "encoder.").Norm("norm");
  for (uint32_t layer = 0; layer < view.spec.layer_count; ++layer) {
    const LayerTensors tensors(view, LayerPrefix(layer));
    if (view.spec.block_kind == BlockKind::kGated) {
      TSUGI_ASSIGN_OR_RETURN(GatedBlock block, GatedBlock::Create(tensors));
      encoder.gated_blocks_.push_back(std::move(block));
    } else {
      TSUGI_ASSIGN_OR_RETURN(SasRecBlock block, SasRecBlock::Create(tensors));
      encoder.sasrec_blocks_.push_back(std::move(block));
    }
  }
  return encoder;
}

Status SequenceEncoder::RunLayer(size_t layer, const BlockRows& block, const KeyValueRows& state,
                                 Workspace& workspace) const {
  return gated_blocks_.empty() ? sasrec_blocks_[layer].Run(block, state, workspace)
                               : gated_blocks_[layer].Run(block, state, workspace);
}

Status SequenceEncoder::Append(size_t rows, KvState& state, Workspace& workspace,
                               std::span<float> hidden) const {
  TSUGI_DCHECK(rows >= 1 && rows <= window_);
  state.Reserve(rows);
  float* x = workspace.x.data();
  for (size_t layer = 0; layer < layer_count_; ++layer) {
    const bool is_last = layer + 1 == layer_count_;
    const size_t output_rows = !is_last ? rows : hidden.empty() ? 0 : 1;
    TSUGI_RETURN_IF_ERROR(
        RunLayer(layer, {x, rows, output_rows}, state.Rows(layer, rows), workspace));
  }
  state.Commit(rows);
  if (hidden.empty()) return Status();
  LayerNorm(norm_, 1, x + (rows - 1) * norm_.width, hidden.data());
  if (normalize_hidden_) NormalizeLength(norm_.width, hidden.data());
  return Status();
}

}  // namespace tsugi
