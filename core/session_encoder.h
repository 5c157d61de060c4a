#ifndef TSUGI_CORE_SESSION_ENCODER_H_
#define TSUGI_CORE_SESSION_ENCODER_H_

#include <cstdint>
#include <optional>
#include <span>

#include "core/encoder/sequence_encoder.h"
#include "core/items/item_table.h"
#include "core/parts/intent/intent_encoder.h"

namespace tsugi {

/// What mixes into the tokens of the item encoder more than their events hold.
using TokenMixer = IntentEncoder;

/// Encodes a session: everything between an event's token and the readout of the session, that is
/// the mixer, if the model has one, and the item encoder.
///
/// The readout is one vector [R] f32: the query [W] that items are scored with, which is the hidden
/// vector itself unless a projection makes it; then what the mixer adds (WriteReadout).
class SessionEncoder {
 public:
  /// Packs the dense weights. Requires: view.Validate().ok(). Errors: kOutOfMemory, kUnsupported.
  static Result<SessionEncoder> Create(const ModelView& view);

  size_t readout_width() const { return width_ + (mixer_ ? mixer_->readout_width() : 0); }
  std::span<const float> Query(std::span<const float> readout) const {
    return readout.first(width_);
  }
  /// What the mixer added to the readout; empty without one.
  std::span<const float> Mixed(std::span<const float> readout) const {
    return readout.subspan(width_);
  }

  /// Whether a token of the item encoder holds more than its event.
  bool mixes_tokens() const { return mixer_.has_value(); }

  /// Where the rows of the next events' items [rows, W] are to be written, for LiftRows.
  float* ItemRows(Workspace& workspace) const {
    return projection_ ? workspace.item_rows.data() : workspace.x.data();
  }
  /// Makes them tokens, workspace.x [rows, D]. Errors: kInternal from the kernels.
  Status LiftRows(size_t rows, Workspace& workspace) const {
    return projection_ ? projection_->MakeTokens(rows, workspace, workspace.x.data()) : Status();
  }

  /// Encodes the next `rows` tokens, workspace.x [rows, D] f32 (overwritten), 1 <= rows <= T, and
  /// appends them to `state`. times_s: unix seconds of the session's events, those of these tokens
  /// last; ignored without a mixer.
  ///
  /// readout [R] f32 receives the readout after the last token; its query is divided by its length
  /// if the spec says so. An empty readout is left out, and the last layer then computes nothing
  /// but keys and values. trace: what the item encoder's last row was made of, see
  /// SequenceEncoder::Run. Errors: kOutOfMemory; kInternal from the kernels. `state` has no new
  /// rows then.
  Status Append(size_t rows, std::span<const int64_t> times_s, KvState& state, Workspace& workspace,
                std::span<float> readout, const RowTrace* trace = nullptr);

  /// The query [W] after the last appended token as if Z held nothing of one family of intents;
  /// defined in the room of the mixer.
  /// Overwrites the item encoder's last row in `state`. Requires: intents; since an Append of one
  /// token, only this function has used `state` and `workspace`. Errors: as Append.
  Status QueryWithoutFamily(size_t family, KvState& state, Workspace& workspace, float* query);

  /// How many of the last tokens can influence the state and the readout after them.
  size_t receptive_field() const;

 private:
  explicit SessionEncoder(SequenceEncoder items) : item_encoder_(std::move(items)) {}

  /// Where the item encoder's last output [D] goes before it is the query.
  float* HiddenPlace(Workspace& workspace, float* query) const;
  /// Makes the query [W] of it.
  Status FinishQuery(const float* hidden, Workspace& workspace, float* query) const;

  SequenceEncoder item_encoder_;
  std::optional<TokenMixer> mixer_;
  std::optional<ItemProjection> projection_;
  size_t width_ = 0;  ///< W
  bool normalize_ = false;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_SESSION_ENCODER_H_
