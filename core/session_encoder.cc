#include "core/session_encoder.h"

#include <algorithm>

#include "core/kernels/norm.h"
#include "core/model/tensor_table.h"

namespace tsugi {

Result<SessionEncoder> SessionEncoder::Create(const ModelView& view) {
  const ModelSpec& spec = view.spec;
  const EncoderPlace place = {.prefix = kItemEncoder,
                              .layer_count = spec.layer_count,
                              .first_state_layer = spec.state_layer_count() - spec.layer_count};
  TSUGI_ASSIGN_OR_RETURN(SequenceEncoder items, SequenceEncoder::Create(view, place));
  SessionEncoder encoder(std::move(items));
  encoder.width_ = spec.model_width;
  encoder.label_count_ = spec.intent_label_count();
  encoder.family_count_ = spec.intent_family_count();
  encoder.normalize_hidden_ = spec.normalize_hidden;
  if (!spec.has_intents()) return encoder;
  TSUGI_ASSIGN_OR_RETURN(IntentEncoder intents, IntentEncoder::Create(view));
  encoder.intent_encoder_.emplace(std::move(intents));
  return encoder;
}

Status SessionEncoder::Append(size_t rows, std::span<const uint32_t> short_term_counts,
                              KvState& state, Workspace& workspace, std::span<float> readout,
                              const RowTrace* trace) const {
  state.Reserve(rows);
  if (intent_encoder_) {
    TSUGI_RETURN_IF_ERROR(intent_encoder_->Run(rows, short_term_counts, state, workspace));
  }
  const size_t output_rows = readout.empty() ? 0 : 1;
  TSUGI_RETURN_IF_ERROR(
      item_encoder_.Run(rows, output_rows, state, workspace, readout.data(), trace));
  state.Commit(rows);
  if (readout.empty()) return Status();
  if (normalize_hidden_) NormalizeLength(width_, readout.data());
  if (!intent_encoder_) return Status();
  const size_t last = rows - 1;
  float* to = readout.data() + width_;
  to = std::copy_n(workspace.intent.probabilities.data() + last * label_count_, label_count_, to);
  std::copy_n(workspace.intent.weights.data() + last * family_count_, family_count_, to);
  return Status();
}

Status SessionEncoder::HiddenWithoutFamily(size_t family, KvState& state, Workspace& workspace,
                                           float* hidden) const {
  state.DropLast(1);
  Status status = intent_encoder_->RunWithoutFamily(family, workspace);
  if (status.ok()) status = item_encoder_.Run(1, 1, state, workspace, hidden);
  state.Commit(1);
  if (status.ok() && normalize_hidden_) NormalizeLength(width_, hidden);
  return status;
}

size_t SessionEncoder::receptive_field() const {
  return 1 + item_encoder_.reach() + (intent_encoder_ ? intent_encoder_->reach() : 0);
}

}  // namespace tsugi
