#include "core/layers/self_attention.h"

#include <algorithm>

namespace tsugi {

Result<SelfAttention> SelfAttention::Create(const LayerTensors& tensors) {
  const AttentionShape shape = AttentionShapeOf(tensors.spec());
  const LinearWeights qkv = tensors.Dense("qkv");
  TSUGI_ASSIGN_OR_RETURN(Linear query, Linear::Create(OutputRows(qkv, 0, shape.width)));
  TSUGI_ASSIGN_OR_RETURN(Linear key_value,
                         Linear::Create(OutputRows(qkv, shape.width, 2 * shape.width)));
  TSUGI_ASSIGN_OR_RETURN(Linear output, Linear::Create(tensors.Dense("output")));
  SelfAttention layer(shape, std::move(query), std::move(key_value), std::move(output));
  TSUGI_ASSIGN_OR_RETURN(layer.reversed_bias_,
                         AlignedBuffer<float>::Create(shape.heads * shape.window));
  const std::span<const float> bias = tensors.Find("relative_bias").as<float>();
  for (size_t h = 0; h < shape.heads; ++h) {
    const auto head = bias.subspan(h * shape.window, shape.window);
    std::reverse_copy(head.begin(), head.end(), layer.reversed_bias_.data() + h * shape.window);
  }
  return layer;
}

Status SelfAttention::Run(const BlockRows& block, const KeyValueRows& state,
                          Workspace& workspace) const {
  const size_t first_row = state.key_rows - block.rows;
  TSUGI_RETURN_IF_ERROR(
      key_value_.Run(workspace.input.AllRows(), state.data + first_row * 2 * shape_.width));
  if (block.output_rows == 0) return Status();
  TSUGI_RETURN_IF_ERROR(query_.Run(workspace.input.Rows(block.first_output(), block.output_rows),
                                   workspace.queries.data()));
  Attention(shape_,
            {.queries = workspace.queries.data(),
             .key_values = state.data,
             .reversed_bias = reversed_bias_.data(),
             .rows = block.output_rows,
             .key_rows = state.key_rows},
            workspace.attention_scratch.data(), workspace.attended.data());
  TSUGI_RETURN_IF_ERROR(
      workspace.input.Prepare(block.output_rows, shape_.width, workspace.attended.data()));
  return output_.Run(workspace.input.AllRows(), workspace.branch.data());
}

}  // namespace tsugi
