#include "core/layers/self_attention.h"

#include <algorithm>

namespace tsugi {

Result<SelfAttention> SelfAttention::Create(const LayerTensors& tensors,
                                            const EncoderShape& encoder) {
  SelfAttention layer;
  const AttentionShape shape = layer.shape_ = AttentionShapeOf(encoder);
  // One tensor in the file, two operators: in the last layer only the output rows need queries, and
  // keys with values are written straight into the state.
  const LinearWeights qkv = tensors.Dense("qkv");
  TSUGI_ASSIGN_OR_RETURN(layer.query_, Linear::Create(OutputRows(qkv, 0, shape.width)));
  TSUGI_ASSIGN_OR_RETURN(layer.key_value_,
                         Linear::Create(OutputRows(qkv, shape.width, 2 * shape.width)));
  TSUGI_RETURN_IF_ERROR(tensors.Pack({{"output", &layer.output_}}));
  TSUGI_ASSIGN_OR_RETURN(layer.reversed_bias_,
                         AlignedBuffer<float>::Create(shape.heads * shape.window));
  // The file stores biases by distance, the kernel reads them in the order of keys (oldest first).
  const std::span<const float> bias = tensors.Find("relative_bias").as<float>();
  for (size_t h = 0; h < shape.heads; ++h) {
    const auto head = bias.subspan(h * shape.window, shape.window);
    std::reverse_copy(head.begin(), head.end(), layer.reversed_bias_.data() + h * shape.window);
  }
  return layer;
}

Status SelfAttention::Run(const BlockRows& block, const KeyValueRows& state, Workspace& workspace,
                          std::span<const uint32_t> row_counts) const {
  if (state.branches != nullptr) return RunBranches(block, state, workspace);
  const size_t first_row = state.key_rows - block.rows;
  TSUGI_RETURN_IF_ERROR(
      key_value_.Run(workspace.input.AllRows(), state.data + first_row * 2 * shape_.width));
  if (block.output_rows == 0) return Status();
  // Queries, attention and output projection only for the rows that somebody reads.
  TSUGI_RETURN_IF_ERROR(query_.Run(workspace.input.Rows(block.first_output(), block.output_rows),
                                   workspace.queries.data()));
  Attend({.queries = workspace.queries.data(),
          .key_values = state.data,
          .reversed_bias = reversed_bias_.data(),
          .rows = block.output_rows,
          .key_rows = state.key_rows},
         row_counts, workspace);
  TSUGI_RETURN_IF_ERROR(
      workspace.input.Prepare(block.output_rows, shape_.width, workspace.attended.data()));
  return output_.Run(workspace.input.AllRows(), workspace.branch.data());
}

// The attention kernel needs the keys of a branch in one contiguous block. The shared rows stay
// where they are; the few rows of the branch itself are copied after them, one branch at a time.
// The kernel would read each of these rows anyway, so the copy costs no more than one further read.
Status SelfAttention::RunBranches(const BlockRows& block, const KeyValueRows& state,
                                  Workspace& workspace) const {
  const BranchRows& branches = *state.branches;
  const size_t width = 2 * shape_.width, level = branches.most_rows * width;
  float* own = branches.rows + branches.depth * level;
  TSUGI_RETURN_IF_ERROR(key_value_.Run(workspace.input.AllRows(), own));
  TSUGI_RETURN_IF_ERROR(query_.Run(workspace.input.AllRows(), workspace.queries.data()));
  const size_t count = std::min(shape_.window, state.key_rows);
  // The caller reserved depth + 1 rows at the end of the state; every branch overwrites them.
  float* tail = state.data + (state.key_rows - branches.depth - 1) * width;
  for (size_t row = 0; row < block.rows; ++row) {
    for (size_t depth = 0; depth < branches.depth; ++depth) {
      const size_t ancestor = branches.ancestors[depth * branches.most_rows + row];
      std::copy_n(branches.rows + depth * level + ancestor * width, width, tail + depth * width);
    }
    std::copy_n(own + row * width, width, tail + branches.depth * width);
    const AttentionInput one = {.queries = workspace.queries.data() + row * shape_.width,
                                .key_values = state.data + (state.key_rows - count) * width,
                                .reversed_bias = reversed_bias_.data(),
                                .rows = 1,
                                .key_rows = count};
    Attention(shape_, one, workspace.attention_scratch.data(),
              workspace.attended.data() + row * shape_.width);
  }
  TSUGI_RETURN_IF_ERROR(
      workspace.input.Prepare(block.rows, shape_.width, workspace.attended.data()));
  return output_.Run(workspace.input.AllRows(), workspace.branch.data());
}

void SelfAttention::Attend(const AttentionInput& all, std::span<const uint32_t> row_counts,
                           Workspace& workspace) const {
  float* scratch = workspace.attention_scratch.data();
  float* output = workspace.attended.data();
  if (row_counts.empty()) return Attention(shape_, all, scratch, output);
  // Every row sees a different number of keys, so each is a call of its own. The kernel's contract
  // makes a single row equal, bit for bit, to the same row inside a block. The reversed bias needs
  // no shift: it ends with distance 0 whatever the count is.
  for (size_t i = 0; i < all.rows; ++i) {
    const size_t end = all.key_rows - all.rows + i + 1;
    const size_t count = std::min({size_t{row_counts[i]}, shape_.window, end});
    const AttentionInput row = {.queries = all.queries + i * shape_.width,
                                .key_values = all.key_values + (end - count) * 2 * shape_.width,
                                .reversed_bias = all.reversed_bias,
                                .rows = 1,
                                .key_rows = count};
    Attention(shape_, row, scratch, output + i * shape_.width);
  }
}

}  // namespace tsugi
