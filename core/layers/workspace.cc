#include "core/layers/workspace.h"

#include <algorithm>

namespace tsugi {

AttentionShape AttentionShapeOf(const ModelSpec& spec) {
  return {.width = spec.model_width, .heads = spec.head_count, .window = spec.window};
}

Result<Workspace> Workspace::Create(const ModelSpec& spec) {
  const size_t t = spec.window;
  const size_t d = spec.model_width;
  const size_t f = spec.feed_forward_width;
  const size_t families = spec.intent_family_count();
  const size_t intent_rows = spec.has_intents() ? t : 0;
  // A block never has more than T rows: longer histories are encoded in several blocks.
  TSUGI_ASSIGN_OR_RETURN(LinearInput linear_input,
                         LinearInput::Create(spec.weight_dtype, t, std::max(d, f)));
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
                      .input = std::move(linear_input),
                      .intent = {}};
  // A table and a loop, because one TSUGI_ASSIGN_OR_RETURN per buffer would be more code to
  // download.
  const struct {
    AlignedBuffer<float>* buffer;
    size_t size;
  } buffers[] = {
      {&workspace.item_rows, t * spec.projection_width},
      {&workspace.x, t * d},
      {&workspace.normed, t * d},
      {&workspace.queries, t * d},
      {&workspace.attended, t * d},
      {&workspace.branch, t * d},
      {&workspace.attention_gate, t * d},
      {&workspace.gate, t * d},
      {&workspace.up, t * 2 * f},
      {&workspace.inner, t * f},
      {&workspace.attention_scratch, AttentionScratchSize(AttentionShapeOf(spec))},
      {&workspace.intent.features, intent_rows * d},
      {&workspace.intent.short_term, intent_rows * d},
      {&workspace.intent.encoded, intent_rows * d},
      {&workspace.intent.mix, intent_rows * d},
      {&workspace.intent.probabilities, intent_rows * spec.intent_label_count()},
      {&workspace.intent.weights, intent_rows * families},
      {&workspace.intent.projected, families * d},
  };
  for (const auto& [buffer, size] : buffers) {
    TSUGI_ASSIGN_OR_RETURN(*buffer, AlignedBuffer<float>::Create(size));
  }
  workspace.intent.short_term_counts.resize(spec.short_term_events > 0 ? t : 0);
  return workspace;
}

}  // namespace tsugi
