#include "core/layers/blocks.h"

#include "core/kernels/rowwise.h"

namespace tsugi {

Result<GatedBlock> GatedBlock::Create(const LayerTensors& tensors, const EncoderShape& shape) {
  GatedBlock block;
  TSUGI_ASSIGN_OR_RETURN(block.attention_, SelfAttention::Create(tensors, shape));
  TSUGI_RETURN_IF_ERROR(tensors.Pack({{"gate1", &block.gate1_},
                                      {"up", &block.up_},
                                      {"down", &block.down_},
                                      {"gate2", &block.gate2_}}));
  block.norm1_ = tensors.Norm("norm1");
  block.norm2_ = tensors.Norm("norm2");
  block.inner_width_ = shape.feed_forward;
  return block;
}

Status GatedBlock::Run(const BlockRows& block, const KeyValueRows& state,
                       Workspace& workspace) const {
  const size_t width = norm1_.width;
  // Keys and values are needed of every row, so all rows are normalised even if few are output.
  LayerNorm(norm1_, block.rows, block.x, workspace.normed.data());
  TSUGI_RETURN_IF_ERROR(workspace.input.Prepare(block.rows, width, workspace.normed.data()));
  TSUGI_RETURN_IF_ERROR(attention_.Run(block, state, workspace));
  // The keys and values are written; without output rows nobody reads the rest.
  if (block.output_rows == 0) return Status();

  // The gates read x itself, not its norm: equation of the header, and of the LibTorch twin. The
  // attention's gate logits have a buffer of their own because a trace reads them after the run.
  float* x = block.x + block.first_output() * width;
  TSUGI_RETURN_IF_ERROR(
      AddThroughGate(gate1_, x, block.output_rows, workspace.attention_gate.data(), workspace));
  TSUGI_RETURN_IF_ERROR(RunFeedForward(x, block.output_rows, workspace));
  return AddThroughGate(gate2_, x, block.output_rows, workspace.gate.data(), workspace);
}

Status GatedBlock::AddThroughGate(const Linear& gate, float* x, size_t rows, float* logits,
                                  Workspace& workspace) const {
  TSUGI_RETURN_IF_ERROR(workspace.input.Prepare(rows, norm1_.width, x));
  TSUGI_RETURN_IF_ERROR(gate.Run(workspace.input.AllRows(), logits));
  AddGated(rows * norm1_.width, logits, workspace.branch.data(), x);
  return Status();
}

Status GatedBlock::RunFeedForward(const float* x, size_t rows, Workspace& workspace) const {
  // workspace.normed is free again: the attention has consumed the norm of the other branch.
  LayerNorm(norm2_, rows, x, workspace.normed.data());
  TSUGI_RETURN_IF_ERROR(workspace.input.Prepare(rows, norm2_.width, workspace.normed.data()));
  TSUGI_RETURN_IF_ERROR(up_.Run(workspace.input.AllRows(), workspace.up.data()));
  SwiGlu(rows, inner_width_, workspace.up.data(), workspace.inner.data());
  TSUGI_RETURN_IF_ERROR(workspace.input.Prepare(rows, inner_width_, workspace.inner.data()));
  return down_.Run(workspace.input.AllRows(), workspace.branch.data());
}

Result<SasRecBlock> SasRecBlock::Create(const LayerTensors& tensors, const EncoderShape& shape) {
  SasRecBlock block;
  TSUGI_ASSIGN_OR_RETURN(block.attention_, SelfAttention::Create(tensors, shape));
  TSUGI_RETURN_IF_ERROR(tensors.Pack({{"up", &block.up_}, {"down", &block.down_}}));
  block.norm1_ = tensors.Norm("norm1");
  block.norm2_ = tensors.Norm("norm2");
  block.inner_width_ = shape.feed_forward;
  return block;
}

// x += attention(norm1(x)), then x += down(ReLU(up(norm2(x)))), on the residual stream in place.
Status SasRecBlock::Run(const BlockRows& block, const KeyValueRows& state,
                        Workspace& workspace) const {
  const size_t width = norm1_.width;
  const size_t rows = block.output_rows;
  // Keys and values are needed of every row, so all rows are normalised even if few are output.
  LayerNorm(norm1_, block.rows, block.x, workspace.normed.data());
  TSUGI_RETURN_IF_ERROR(workspace.input.Prepare(block.rows, width, workspace.normed.data()));
  TSUGI_RETURN_IF_ERROR(attention_.Run(block, state, workspace));
  if (rows == 0) return Status();  // only keys and values were wanted

  // From here on the block works on the output rows alone; the others matter only as keys.
  float* x = block.x + block.first_output() * width;
  Add(rows * width, workspace.branch.data(), x);
  LayerNorm(norm2_, rows, x, workspace.normed.data());
  TSUGI_RETURN_IF_ERROR(workspace.input.Prepare(rows, width, workspace.normed.data()));
  TSUGI_RETURN_IF_ERROR(up_.Run(workspace.input.AllRows(), workspace.inner.data()));
  Relu(rows * inner_width_, workspace.inner.data());
  TSUGI_RETURN_IF_ERROR(workspace.input.Prepare(rows, inner_width_, workspace.inner.data()));
  TSUGI_RETURN_IF_ERROR(down_.Run(workspace.input.AllRows(), workspace.branch.data()));
  Add(rows * width, workspace.branch.data(), x);
  return Status();
}

}  // namespace tsugi
