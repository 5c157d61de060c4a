#include "core/session_encoder.h"

#include "core/base/numbers.h"
#include "core/kernels/rowwise.h"
#include "core/model/tensor_table.h"

namespace tsugi {

// In the state the layers of the mixer come first, if the model has one, and those of the item
// encoder last.
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
  TSUGI_ASSIGN_OR_RETURN(encoder.mixer_, TokenMixer::Create(view));
  return encoder;
}

// The state takes the new rows over only after every step has worked. A query that is not finite is
// an error here, because a list that is ranked by NaN has no order.
Status SessionEncoder::Append(size_t rows, std::span<const int64_t> times_s, KvState& state,
                              Workspace& workspace, std::span<float> readout,
                              const RowTrace* trace) {
  TSUGI_RETURN_IF_ERROR(state.Reserve(rows));
  if (mixer_) TSUGI_RETURN_IF_ERROR(mixer_->Run(rows, times_s, state, workspace));
  const size_t output_rows = readout.empty() ? 0 : 1;
  float* hidden = HiddenPlace(workspace, readout.data());
  TSUGI_RETURN_IF_ERROR(item_encoder_.Run(rows, output_rows, state, workspace, hidden, trace));
  if (!readout.empty()) {
    TSUGI_RETURN_IF_ERROR(FinishQuery(hidden, workspace, readout.data()));
    TSUGI_RETURN_IF_ERROR(CheckFinite(readout.first(width_)));
  }
  state.Commit(rows);
  if (mixer_ && !readout.empty()) mixer_->WriteReadout(rows - 1, readout.subspan(width_));
  return Status();
}

// Without a projection the hidden vector is the query, so it is written to its place and not
// copied.
float* SessionEncoder::HiddenPlace(Workspace& workspace, float* query) const {
  return projection_ ? workspace.normed.data() : query;
}

// The length is divided out last: a cosine compares what the projection made, not what it read.
Status SessionEncoder::FinishQuery(const float* hidden, Workspace& workspace, float* query) const {
  if (projection_) TSUGI_RETURN_IF_ERROR(projection_->MakeQuery(hidden, workspace, query));
  if (normalize_) NormalizeLength(width_, query);
  return Status();
}

// The mixer's encoders run before the item encoder and feed it, so their reaches add up.
size_t SessionEncoder::receptive_field() const {
  return 1 + item_encoder_.reach() + (mixer_ ? mixer_->reach() : 0);
}

}  // namespace tsugi
