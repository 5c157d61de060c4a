#include "core/parts/intent/intent_encoder.h"

#include <algorithm>
#include <vector>

#include "core/engine_parts.h"
#include "core/kernels/rowwise.h"
#include "core/layers/layer_tensors.h"
#include "core/model/tensor_table.h"
#include "core/session.h"

namespace tsugi {

Result<IntentEncoder::PartsInput> IntentEncoder::CreateInput(const ModelView& view,
                                                             const char* encoder) {
  const LayerTensors tensors(view, encoder);
  PartsInput input{{}, tensors.Norm("input_norm")};
  // Both encoders use this function. Only the tensors that exist count: a model without a
  // short-term window has no input_short_term, and the intent encoder itself has no input_intent.
  for (const char* name : {"input", "input_short_term", "input_intent"}) {
    const LinearWeights weights = tensors.Dense(name);
    if (weights.weight.empty()) continue;
    TSUGI_ASSIGN_OR_RETURN(Linear layer, Linear::Create(weights));
    input.layers.push_back(std::move(layer));
  }
  return input;
}

Result<std::optional<IntentEncoder>> IntentEncoder::Create(const ModelView& view) {
  const ModelSpec& spec = view.spec;
  if (!spec.intent) return std::optional<IntentEncoder>();
  // The short-term layer uses layer 0 of the state if it exists; the transformer starts after it.
  EncoderShape shape = spec.encoder;
  shape.layers = spec.intent->layers;
  TSUGI_ASSIGN_OR_RETURN(
      SequenceEncoder encoder,
      SequenceEncoder::Create(view, {.prefix = kIntentEncoder,
                                     .shape = shape,
                                     .first_state_layer = spec.intent->has_short_term()}));
  TSUGI_ASSIGN_OR_RETURN(IntentHeads heads, IntentHeads::Create(view));
  TSUGI_ASSIGN_OR_RETURN(IntentRows rows, IntentRows::Create(spec));
  TSUGI_ASSIGN_OR_RETURN(PartsInput intent_input, CreateInput(view, kIntentEncoder));
  TSUGI_ASSIGN_OR_RETURN(PartsInput item_input, CreateInput(view, kItemEncoder));
  IntentEncoder created(std::move(encoder), std::move(heads), std::move(rows),
                        std::move(intent_input), std::move(item_input));
  created.spec_ = *spec.intent;
  created.width_ = spec.encoder.width;
  created.label_count_ = spec.intent->label_count();
  created.family_count_ = spec.intent->family_count();
  if (!spec.intent->has_short_term()) return std::optional(std::move(created));
  created.short_term_counts_.resize(spec.encoder.window);
  const LayerTensors tensors(view, kShortTermEncoder);
  shape.window = spec.intent->short_term_events;
  TSUGI_ASSIGN_OR_RETURN(SelfAttention attention, SelfAttention::Create(tensors, shape));
  created.short_term_.emplace(std::move(attention));
  created.short_term_norm_ = tensors.Norm("norm");
  created.short_term_reach_ = shape.window - 1;
  return std::optional(std::move(created));
}

Status IntentEncoder::EncodeShortTerm(size_t rows, std::span<const int64_t> times_s, KvState& state,
                                      Workspace& workspace) {
  for (size_t r = 0; r < rows; ++r) {
    const size_t event = times_s.size() - rows + r;
    short_term_counts_[r] = static_cast<uint32_t>(ShortTermCount(spec_, times_s, event));
  }
  // No residual connection: S is the context alone. F reaches the later layers by itself.
  float* x = workspace.x.data();
  LayerNorm(short_term_norm_, rows, x, workspace.normed.data());
  TSUGI_RETURN_IF_ERROR(workspace.input.Prepare(rows, width_, workspace.normed.data()));
  TSUGI_RETURN_IF_ERROR(
      short_term_->Run({x, rows, rows}, state.Rows(0, rows), workspace, short_term_counts_));
  std::copy_n(workspace.branch.data(), rows * width_, rows_.short_term.data());
  return Status();
}

Status IntentEncoder::EncodeParts(const PartsInput& input, size_t rows,
                                  std::span<const float* const> parts, Workspace& workspace) const {
  TSUGI_DCHECK(parts.size() == input.layers.size());
  float* x = workspace.x.data();
  float* branch = workspace.branch.data();
  // The first layer may overwrite x: F was saved in rows_.features.
  for (size_t i = 0; i < parts.size(); ++i) {
    TSUGI_RETURN_IF_ERROR(workspace.input.Prepare(rows, width_, parts[i]));
    TSUGI_RETURN_IF_ERROR(input.layers[i].Run(workspace.input.AllRows(), i == 0 ? x : branch));
    if (i > 0) Add(rows * width_, branch, x);
  }
  LayerNorm(input.norm, rows, x, x);
  return Status();
}

Status IntentEncoder::Run(size_t rows, std::span<const int64_t> times_s, KvState& state,
                          Workspace& workspace) {
  // F is needed twice, before and after the intents are known, and workspace.x is overwritten.
  std::copy_n(workspace.x.data(), rows * width_, rows_.features.data());
  const float* parts[3] = {rows_.features.data()};  // F, then S if there is one, then Z
  size_t part_count = 1;
  if (short_term_) {
    TSUGI_RETURN_IF_ERROR(EncodeShortTerm(rows, times_s, state, workspace));
    parts[part_count++] = rows_.short_term.data();
  }
  TSUGI_RETURN_IF_ERROR(EncodeParts(intent_input_, rows, {parts, part_count}, workspace));
  // Every row is an output row: the item encoder reads the Z of each position, not of the last
  // only.
  TSUGI_RETURN_IF_ERROR(encoder_.Run(rows, rows, state, workspace, rows_.encoded.data()));
  TSUGI_RETURN_IF_ERROR(heads_.Run(rows, rows_, workspace.input));
  return EncodeItemTokens(rows, workspace);
}

Status IntentEncoder::EncodeItemTokens(size_t rows, Workspace& workspace) const {
  const float* parts[3] = {rows_.features.data()};
  size_t part_count = 1;
  if (short_term_) parts[part_count++] = rows_.short_term.data();
  parts[part_count++] = rows_.mix.data();
  return EncodeParts(item_input_, rows, {parts, part_count}, workspace);
}

Status IntentEncoder::RunWithoutFamily(size_t family, Workspace& workspace) {
  heads_.MixWithout(family, rows_);
  return EncodeItemTokens(1, workspace);
}

void IntentEncoder::WriteReadout(size_t row, std::span<float> to) const {
  float* after =
      std::copy_n(rows_.probabilities.data() + row * label_count_, label_count_, to.data());
  std::copy_n(rows_.weights.data() + row * family_count_, family_count_, after);
}

// The functions of Session and SessionEncoder that need this part.

IntentReadout Session::intent() const {
  if (item_indices_.empty() || !parts_.spec.intent) return {};
  const std::span<const float> mixed = parts_.encoder.Mixed(readout_.span());
  const size_t label_count = parts_.spec.intent->label_count();
  return {mixed.first(label_count), mixed.subspan(label_count)};
}

// Only the token of the last event changes, so only its row of the state is written again. The row
// is counted even after an error, so that the state has the length that its caller expects.
Status SessionEncoder::QueryWithoutFamily(size_t family, KvState& state, Workspace& workspace,
                                          float* query) {
  state.DropLast(1);
  float* hidden = HiddenPlace(workspace, query);
  Status status = mixer_->RunWithoutFamily(family, workspace);
  if (status.ok()) status = item_encoder_.Run(1, 1, state, workspace, hidden);
  state.Commit(1);
  return status.ok() ? FinishQuery(hidden, workspace, query) : status;
}

// effect(family, item) = logit_scale <query - query without the family, row of the item>. EmbedItem
// multiplies by input_scale, which `scale` takes out again. The rows are made once, so the cost is
// one event for each family and M K W products.
Status Session::AddReasonsOfParts(std::span<const uint32_t> items, std::span<ItemReason> reasons) {
  if (!parts_.spec.intent) return Status();
  const size_t width = parts_.spec.row_width();
  std::vector<float> rows(items.size() * width), query(width);
  for (size_t i = 0; i < items.size(); ++i) {
    parts_.items.EmbedItem(items[i], rows.data() + i * width);
  }
  const float scale = parts_.spec.logit_scale / parts_.spec.input_scale;
  for (size_t family = 0; family < parts_.spec.intent->family_count(); ++family) {
    TSUGI_RETURN_IF_ERROR(
        parts_.encoder.QueryWithoutFamily(family, state_, parts_.workspace, query.data()));
    for (size_t d = 0; d < width; ++d) query[d] = readout_.data()[d] - query[d];
    for (size_t i = 0; i < items.size(); ++i) {
      float effect = 0;
      for (size_t d = 0; d < width; ++d) effect += query[d] * rows[i * width + d] * scale;
      if (family > 0 && effect <= reasons[i].family_effect) continue;
      reasons[i].family = static_cast<int32_t>(family);
      reasons[i].family_effect = effect;
    }
  }
  return Status();
}

}  // namespace tsugi
