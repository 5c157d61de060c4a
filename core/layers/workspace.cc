#include "core/layers/workspace.h"

#include <algorithm>

namespace tsugi {

AttentionShape AttentionShapeOf(const EncoderShape& shape) {
  return {.width = shape.width, .heads = shape.heads, .window = shape.window};
}

// About T (W + 7 D + 3 F) floats, once for all sessions and layers. `up` is 2 F wide because a
// gated block has two halves. A dense layer reads at most max(D, F) numbers of a row, for W <= D.
Result<Workspace> Workspace::Create(const EncoderShape& shape, DType weight_dtype,
                                    size_t row_width) {
  const size_t t = shape.window;
  const size_t d = shape.width;
  const size_t f = shape.feed_forward;
  // A block never has more than T rows: longer histories are encoded in several blocks.
  TSUGI_ASSIGN_OR_RETURN(LinearInput linear_input,
                         LinearInput::Create(weight_dtype, t, std::max(d, f)));
  Workspace workspace{.item_rows = {},
                      .x = {},
                      .normed = {},
                      .queries = {},
                      .attended = {},
                      .branch = {},
                      .attention_gate = {},
                      .gate = {},
                      .up = {},
                      .inner = {},
                      .attention_scratch = {},
                      .input = std::move(linear_input)};
  TSUGI_RETURN_IF_ERROR(AllocateBuffers({
      {&workspace.item_rows, t * row_width},
      {&workspace.x, t * d},
      {&workspace.normed, t * d},
      {&workspace.queries, t * d},
      {&workspace.attended, t * d},
      {&workspace.branch, t * d},
      {&workspace.attention_gate, t * d},
      {&workspace.gate, t * d},
      {&workspace.up, t * 2 * f},
      {&workspace.inner, t * f},
      {&workspace.attention_scratch, AttentionScratchSize(AttentionShapeOf(shape))},
  }));
  return workspace;
}

}  // namespace tsugi
