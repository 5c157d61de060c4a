#include "core/session_encoder.h"

#include <algorithm>

#include "core/base/numbers.h"
#include "core/kernels/norm.h"
#include "core/model/tensor_table.h"

namespace tsugi {

Result<SessionEncoder> SessionEncoder::Create(const ModelView& view) {
  const ModelSpec& spec = view.spec;
  const EncoderPlace place = {.prefix = kItemEncoder,
                              .shape = spec.encoder,
                              .first_state_layer = spec.state_layer_count() - spec.encoder.layers};
  TSUGI_ASSIGN_OR_RETURN(SequenceEncoder items, SequenceEncoder::Create(view, place));
  SessionEncoder encoder(std::move(items));
  encoder.width_ = spec.row_width();
  encoder.normalize_ = spec.normalize_hidden;
  if (spec.projection_width > 0) {
    TSUGI_ASSIGN_OR_RETURN(ItemProjection projection, ItemProjection::Create(view));
    encoder.projection_.emplace(std::move(projection));
  }
  if (!spec.intent) return encoder;
  TSUGI_ASSIGN_OR_RETURN(IntentEncoder intents, IntentEncoder::Create(view));
  encoder.label_count_ = intents.label_count();
  encoder.family_count_ = intents.family_count();
  encoder.intent_encoder_.emplace(std::move(intents));
  return encoder;
}

Status SessionEncoder::Append(size_t rows, std::span<const int64_t> times_s, KvState& state,
                              Workspace& workspace, std::span<float> readout,
                              const RowTrace* trace) {
  state.Reserve(rows);
  if (intent_encoder_) {
    TSUGI_RETURN_IF_ERROR(intent_encoder_->Run(rows, times_s, state, workspace));
  }
  const size_t output_rows = readout.empty() ? 0 : 1;
  float* hidden = HiddenPlace(workspace, readout.data());
  TSUGI_RETURN_IF_ERROR(item_encoder_.Run(rows, output_rows, state, workspace, hidden, trace));
  if (!readout.empty()) {
    TSUGI_RETURN_IF_ERROR(FinishQuery(hidden, workspace, readout.data()));
    TSUGI_RETURN_IF_ERROR(CheckFinite(readout.first(width_)));
  }
  state.Commit(rows);
  if (readout.empty() || !intent_encoder_) return Status();
  float* to = readout.data() + width_;
  to = std::ranges::copy(intent_encoder_->Probabilities(rows - 1), to).out;
  std::ranges::copy(intent_encoder_->Weights(rows - 1), to);
  return Status();
}

float* SessionEncoder::HiddenPlace(Workspace& workspace, float* query) const {
  return projection_ ? workspace.normed.data() : query;
}

Status SessionEncoder::FinishQuery(const float* hidden, Workspace& workspace, float* query) const {
  if (projection_) TSUGI_RETURN_IF_ERROR(projection_->MakeQuery(hidden, workspace, query));
  if (normalize_) NormalizeLength(width_, query);
  return Status();
}

Status SessionEncoder::QueryWithoutFamily(size_t family, KvState& state, Workspace& workspace,
                                          float* query) {
  state.DropLast(1);
  float* hidden = HiddenPlace(workspace, query);
  Status status = intent_encoder_->RunWithoutFamily(family, workspace);
  if (status.ok()) status = item_encoder_.Run(1, 1, state, workspace, hidden);
  state.Commit(1);
  return status.ok() ? FinishQuery(hidden, workspace, query) : status;
}

size_t SessionEncoder::receptive_field() const {
  return 1 + item_encoder_.reach() + (intent_encoder_ ? intent_encoder_->reach() : 0);
}

}  // namespace tsugi
