#include "core/encoder/sequence_encoder.h"

#include <algorithm>

#include "core/kernels/rowwise.h"
#include "core/model/tensor_table.h"

namespace tsugi {

Result<SequenceEncoder> SequenceEncoder::Create(const ModelView& view, const EncoderPlace& place) {
  SequenceEncoder encoder;
  encoder.layer_count_ = place.shape.layers;
  encoder.first_state_layer_ = place.first_state_layer;
  encoder.window_ = place.shape.window;
  // Pre-norm blocks leave the residual stream unnormalised, so one norm follows the last block.
  encoder.norm_ = LayerTensors(view, place.prefix).Norm("norm");
  for (uint32_t layer = 0; layer < place.shape.layers; ++layer) {
    const LayerTensors tensors(view, LayerPrefix(layer, place.prefix));
    if (place.shape.block == BlockKind::kGated) {
      TSUGI_ASSIGN_OR_RETURN(GatedBlock block, GatedBlock::Create(tensors, place.shape));
      encoder.gated_blocks_.push_back(std::move(block));
    } else {
      TSUGI_ASSIGN_OR_RETURN(SasRecBlock block, SasRecBlock::Create(tensors, place.shape));
      encoder.sasrec_blocks_.push_back(std::move(block));
    }
  }
  return encoder;
}

// One branch per layer and call, no virtual functions: a model has one kind of block.
Status SequenceEncoder::RunLayer(size_t layer, const BlockRows& block, const KeyValueRows& state,
                                 Workspace& workspace) const {
  return gated_blocks_.empty() ? sasrec_blocks_[layer].Run(block, state, workspace)
                               : gated_blocks_[layer].Run(block, state, workspace);
}

// Copies what the layer left in the workspace about the last row, before the next layer overwrites
// it.
void SequenceEncoder::TraceLayer(size_t layer, size_t output_rows, const Workspace& workspace,
                                 const RowTrace& trace) const {
  const size_t width = norm_.width;
  const size_t row = (output_rows - 1) * width;
  std::copy_n(workspace.queries.data() + row, width, trace.queries + layer * width);
  std::copy_n(workspace.attention_gate.data() + row, width, trace.gates + layer * width);
}

Status SequenceEncoder::Run(size_t rows, size_t output_rows, KvState& state, Workspace& workspace,
                            float* output, const RowTrace* trace) const {
  TSUGI_DCHECK(rows >= 1 && rows <= window_ && output_rows <= rows);
  float* x = workspace.x.data();
  if (trace != nullptr) std::copy_n(x + (rows - 1) * norm_.width, norm_.width, trace->token);
  for (size_t layer = 0; layer < layer_count_; ++layer) {
    // Layer l + 1 needs the outputs of all rows of layer l; only the last layer can skip rows.
    const BlockRows block = {x, rows, layer + 1 == layer_count_ ? output_rows : rows};
    TSUGI_RETURN_IF_ERROR(
        RunLayer(layer, block, state.Rows(first_state_layer_ + layer, rows), workspace));
    if (trace != nullptr) TraceLayer(layer, block.output_rows, workspace, *trace);
  }
  if (output_rows > 0)
    LayerNorm(norm_, output_rows, x + (rows - output_rows) * norm_.width, output);
  return Status();
}

Status SequenceEncoder::RunBranches(size_t rows, KvState& state, BranchState& branches,
                                    Workspace& workspace, float* output) const {
  TSUGI_DCHECK(rows >= 1 && rows <= window_ && rows <= branches.most_rows());
  float* x = workspace.x.data();
  for (size_t layer = 0; layer < layer_count_; ++layer) {
    // `state` is not committed: the extra rows are scratch for one branch after another.
    const BranchRows of_layer = branches.Rows(layer);
    KeyValueRows keys = state.Rows(first_state_layer_ + layer, branches.depth() + 1);
    keys.branches = &of_layer;
    TSUGI_RETURN_IF_ERROR(RunLayer(layer, {x, rows, rows}, keys, workspace));
  }
  LayerNorm(norm_, rows, x, output);
  return Status();
}

}  // namespace tsugi
