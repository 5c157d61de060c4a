#ifndef TSUGI_CORE_PARTS_INTENT_INTENT_ENCODER_H_
#define TSUGI_CORE_PARTS_INTENT_INTENT_ENCODER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/encoder/sequence_encoder.h"
#include "core/parts/intent/intent_heads.h"
#include "core/layers/self_attention.h"

namespace tsugi {

/// What runs before the item encoder and hands it the predicted intents, for tokens F:
///   S  = attention(norm(F)) over the short-term window, if the model has one
///   E  = transformer(norm(input(F) + input_short_term(S)))
///   Z  = IntentHeads(E)
///   X' = norm(input(F) + input_short_term(S) + input_intent(Z)), the item encoder's tokens
///
/// One attention layer makes S, so nothing older than its window can reach it through other rows.
/// All of it is causal: an event's Z depends on no later event, so the state of the item encoder
/// stays exact when events arrive one by one.
///
/// Source:  IntentRec (arXiv 2408.05353), section 4.
/// Differs: time gaps are part of F (EventTokenizer) instead of added in each encoder. The layer
/// over
///          F, S and Z side by side is a sum of three layers: the same function, but each part is
///          quantised on its own, so that a small one keeps its digits beside a large one.
/// Twin:    the LibTorch module of the same name.
class IntentEncoder {
 public:
  /// Layers of the KvState: the short-term layer first, if there is one, then the transformer's.
  /// Requires: view.Validate().ok(), view.spec.has_intents(). Errors: kOutOfMemory, kUnsupported.
  static Result<IntentEncoder> Create(const ModelView& view);

  /// Turns workspace.x [rows, D] from F into X'; workspace.intent holds the rows' probabilities and
  /// weights afterwards. short_term_counts [rows]: ShortTermCount of each, ignored without a
  /// short-term encoder. Requires: state.Reserve(rows). Errors: kInternal from the kernels.
  Status Run(size_t rows, std::span<const uint32_t> short_term_counts, KvState& state,
             Workspace& workspace) const;

  /// X' [1, D] of the last Run's only row as if family `family` had no part in its Z, to
  /// workspace.x. Requires: that Run had one row, and `workspace.intent` is as it left it. Errors:
  /// as Run.
  Status RunWithoutFamily(size_t family, Workspace& workspace) const;

  /// How many events before the last one can influence its X'.
  size_t reach() const { return short_term_reach_ + encoder_.reach(); }

 private:
  /// norm(sum of a layer's output for each part), an encoder's tokens.
  struct PartsInput {
    std::vector<Linear> layers;  ///< of F, then S if there is one, then Z if it is an input
    NormWeights norm;
  };
  IntentEncoder(SequenceEncoder encoder, IntentHeads heads, PartsInput intent_input,
                PartsInput item_input)
      : encoder_(std::move(encoder)),
        heads_(std::move(heads)),
        intent_input_(std::move(intent_input)),
        item_input_(std::move(item_input)) {}

  static Result<PartsInput> CreateInput(const ModelView& view, const char* encoder);
  /// X' from F, S and Z, all of them in workspace.intent.
  Status EncodeItemTokens(size_t rows, Workspace& workspace) const;
  Status EncodeShortTerm(size_t rows, std::span<const uint32_t> counts, KvState& state,
                         Workspace& workspace) const;
  /// To workspace.x [rows, D], of parts [rows, D] each.
  Status EncodeParts(const PartsInput& input, size_t rows, std::span<const float* const> parts,
                     Workspace& workspace) const;

  SequenceEncoder encoder_;
  IntentHeads heads_;
  PartsInput intent_input_;
  PartsInput item_input_;
  std::optional<SelfAttention> short_term_;
  NormWeights short_term_norm_;
  size_t short_term_reach_ = 0;
  size_t width_ = 0;  ///< D
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_INTENT_INTENT_ENCODER_H_
