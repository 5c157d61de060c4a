#ifndef TSUGI_CORE_PARTS_INTENT_INTENT_ENCODER_H_
#define TSUGI_CORE_PARTS_INTENT_INTENT_ENCODER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/encoder/sequence_encoder.h"
#include "core/layers/self_attention.h"
#include "core/parts/intent/intent_heads.h"
#include "core/parts/intent/intent_spec.h"

namespace tsugi {

/// The number of events, up to and including the one at `position`, that the short-term encoder
/// sees at that position: at most spec.short_term_events, and only back to the first event that is
/// more than spec.short_term_s seconds older. The trainer calls the same function.
///
/// An event whose time is unknown (0) does not end the window, nor does an older event with a later
/// time. If the time at `position` is unknown, or short_term_s is 0, only the number of events is
/// limited. times_s: unix seconds of the session's events, oldest first; empty if no time is known.
/// Requires: times_s is empty or position < times_s.size(); spec.short_term_events > 0.
/// Source:  IntentRec (arXiv 2408.05353), equation 1.
/// Differs: the limit on the number of events is ours.
inline size_t ShortTermCount(const IntentSpec& spec, std::span<const int64_t> times_s,
                             size_t position) {
  if (times_s.empty()) return std::min<size_t>(position + 1, spec.short_term_events);
  const int64_t now_s = times_s[position];
  size_t count = 1;
  while (count <= position && count < spec.short_term_events) {
    const int64_t then_s = times_s[position - count];
    const bool is_known = spec.short_term_s > 0 && now_s != 0 && then_s != 0 && now_s > then_s;
    if (is_known &&
        static_cast<uint64_t>(now_s) - static_cast<uint64_t>(then_s) > spec.short_term_s) {
      break;
    }
    ++count;
  }
  return count;
}

/// Predicts intents from the events' tokens and builds the tokens of the item encoder from both.
/// With F the tokens of the events:
///   S  = attention(norm(F)) over the short-term window, if the model has one
///   E  = transformer(norm(input(F) + input_short_term(S)))
///   Z  = IntentHeads(E)
///   X' = norm(input(F) + input_short_term(S) + input_intent(Z)), the item encoder's tokens
///
/// S comes from a single attention layer, so nothing older than the window can reach it through
/// other rows. Everything is causal: the Z of an event depends on no later event, so the state of
/// the item encoder stays exact when events arrive one by one.
///
/// Source:  IntentRec (arXiv 2408.05353), section 4.
/// Differs: time gaps are part of F (EventTokenizer) and not added in each encoder. The paper's
///          dense layer over the concatenation of F, S and Z is a sum of three layers here. That is
///          the same function, but each term is quantised on its own and keeps its precision when
///          another one has larger values.
/// Twin:    ShortTermEncoder and IntentEncoder in native/train/intent/intent_encoder.h.
class IntentEncoder {
 public:
  /// Packs the dense weights. In the KvState the short-term layer comes first, if the model has
  /// one, and the layers of the transformer follow.
  /// Requires: view.Validate().ok(). Returns nothing for a model without intents.
  /// Errors: kOutOfMemory, kUnsupported.
  static Result<std::optional<IntentEncoder>> Create(const ModelView& view);

  /// Replaces F by X' in workspace.x [rows, D] and keeps the probabilities and weights of the rows.
  /// times_s: unix seconds of the session's events, those of these rows last; ignored if the model
  /// has no short-term encoder.
  /// Requires: state.Reserve(rows) was called. Errors: kInternal from the kernels.
  Status Run(size_t rows, std::span<const int64_t> times_s, KvState& state, Workspace& workspace);

  /// Computes X' of the last row again, without the contribution of `family` to its Z, and writes
  /// it to workspace.x [1, D]. Requires: the last Run encoded one row. Errors: as Run.
  Status RunWithoutFamily(size_t family, Workspace& workspace);

  /// Writes what a row of the last Run adds to the readout [P + M]: the labels' probabilities, then
  /// the families' weights.
  void WriteReadout(size_t row, std::span<float> to) const;
  size_t readout_width() const { return label_count_ + family_count_; }

  /// How many events before the last one can influence the last X'.
  size_t reach() const { return short_term_reach_ + encoder_.reach(); }

 private:
  /// The first step of an encoder: norm(sum over its inputs of layer_i(input_i)).
  struct PartsInput {
    std::vector<Linear> layers;  ///< for F, then S if there is one, then Z if it is an input
    NormWeights norm;
  };
  IntentEncoder(SequenceEncoder encoder, IntentHeads heads, IntentRows rows,
                PartsInput intent_input, PartsInput item_input)
      : encoder_(std::move(encoder)),
        heads_(std::move(heads)),
        rows_(std::move(rows)),
        intent_input_(std::move(intent_input)),
        item_input_(std::move(item_input)) {}

  static Result<PartsInput> CreateInput(const ModelView& view, const char* encoder);
  /// Computes X' from F, S and Z, which are in rows_.
  Status EncodeItemTokens(size_t rows, Workspace& workspace) const;
  Status EncodeShortTerm(size_t rows, std::span<const int64_t> times_s, KvState& state,
                         Workspace& workspace);
  /// Applies `input` to parts [rows, D] each and writes workspace.x [rows, D].
  Status EncodeParts(const PartsInput& input, size_t rows, std::span<const float* const> parts,
                     Workspace& workspace) const;

  SequenceEncoder encoder_;
  IntentHeads heads_;
  IntentRows rows_;  ///< of the last Run
  PartsInput intent_input_;
  PartsInput item_input_;
  std::optional<SelfAttention> short_term_;
  NormWeights short_term_norm_;
  size_t short_term_reach_ = 0;
  std::vector<uint32_t> short_term_counts_;  ///< [T] scratch; empty without a short-term encoder
  IntentSpec spec_;
  size_t width_ = 0;         ///< D
  size_t label_count_ = 0;   ///< P
  size_t family_count_ = 0;  ///< M
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_INTENT_INTENT_ENCODER_H_
