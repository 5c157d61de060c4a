#ifndef TSUGI_CORE_MODEL_MODEL_SPEC_H_
#define TSUGI_CORE_MODEL_MODEL_SPEC_H_

#include <array>
#include <cstdint>
#include <string_view>

#include "core/base/dtype.h"
#include "core/base/status.h"

namespace tsugi {

/// Residual block of the backbone. Numbers are written to files: append only.
enum class BlockKind : uint8_t {
  kGated = 0,   ///< LiGR: sigmoid-gated residuals around attention and SwiGLU
  kSasRec = 1,  ///< pre-norm attention and ReLU feed-forward
};

constexpr std::string_view BlockKindName(BlockKind kind) {
  return kind == BlockKind::kGated ? "gated" : "sasrec";
}

/// Most intent families a model may have.
inline constexpr size_t kMaxIntentFamilies = 8;

/// Everything about a model that is constant: sizes and switches, no weights.
///
/// Dimension letters (core/README.md): N items, T window, D width, H heads, F feed-forward width.
struct ModelSpec {
  uint32_t item_count = 0;            ///< N, >= 1
  uint32_t model_width = 64;          ///< D, a multiple of `head_count`
  uint32_t layer_count = 2;           ///< >= 1
  uint32_t head_count = 2;            ///< H
  uint32_t feed_forward_width = 256;  ///< F
  uint32_t window = 50;               ///< T: an event attends to itself and the T - 1 before it
  BlockKind block_kind = BlockKind::kGated;
  /// Cosine scoring: the hidden vector is divided by its Euclidean norm before the item table
  /// (whose rows the trainer has normalised then).
  bool normalize_hidden = false;
  /// score = logit_scale * <hidden, item row>; the inverse temperature of cosine models, else 1.
  float logit_scale = 1.0f;
  /// Encoder input = input_scale * item row.
  float input_scale = 1.0f;
  /// Whether `Recommend` leaves out items of the session unless the caller says otherwise.
  bool filter_seen = true;
  /// Rows of encoder.time_gap, whose sum with the item row is the encoder's input: buckets of the
  /// time since the event before (core/session_input/event_tokenizer.h); 0 = times are not read.
  uint32_t time_gap_buckets = 0;
  /// As many rows more, and an unknown one, in encoder.actions: what was done; 0 = actions are not
  /// read.
  uint32_t action_count = 0;
  /// Rows of encoder.values, buckets of what was measured, parted by encoder.value_edges; 0 =
  /// values are not read.
  uint32_t value_buckets = 0;
  /// W, width of an item's row: a dense layer stands between rows and the encoder, another, behind
  /// an activation, between the hidden vector and the scores (core/items/item_projection.h). 0 =
  /// rows are D wide and nothing stands between.
  uint32_t projection_width = 0;
  /// V, rows of tower.features, a power of two: what items say of themselves becomes a row for
  /// items that training never saw (core/parts/item_tower/item_tower.h); 0 = no semantic tower.
  uint32_t tower_features = 0;
  /// How dense weights and the item table are stored: kF32 or kI8.
  DType weight_dtype = DType::kF32;
  /// m, 4-bit codes per item: a multiple of 4, at most D; 0 = the model has no item codes.
  uint32_t code_count = 0;
  /// Items that get an exact score when a list of 10 goes through the codes; >= 1 if there are any.
  uint32_t code_candidates = 0;
  /// Labels of each intent family, 2 to 256; zeros behind the last. All 0 = the model predicts no
  /// intents, and the next three are 0 too (core/session_encoder.h).
  std::array<uint32_t, kMaxIntentFamilies> intent_labels = {};
  uint32_t intent_layer_count = 0;  ///< layers of the intent encoder, >= 1 if there are families
  /// The short-term encoder's window: an event sees itself and those before it that are at most
  /// this many events and short_term_s seconds back (core/parts/intent/short_term_window.h).
  /// At most T; 0 = the model has no short-term encoder.
  uint32_t short_term_events = 0;
  uint32_t short_term_s = 0;  ///< seconds; 0 = events alone are counted

  /// The diffusion prior over item rows (core/parts/imagine/concept_denoiser.h): width of its blocks, 0 =
  /// the model imagines nothing and the next three are 0 too. Needs cosine scoring.
  uint32_t imagine_width = 0;
  uint32_t imagine_blocks = 0;      ///< >= 1
  uint32_t imagine_attributes = 0;  ///< A, those that a concept is described with; 0 = none
  uint32_t imagine_words = 0;       ///< words that its title is written with; 0 = no titles

  /// The language model over item tokens and sub-words (core/parts/semantic_ids/language_model.h): width of
  /// its layers, 0 = the model has none and the next seven are 0 too.
  uint32_t language_width = 0;
  uint32_t language_layers = 0;  ///< >= 1
  uint32_t language_heads = 0;
  uint32_t language_feed_forward = 0;
  uint32_t language_window = 0;  ///< tokens, at least 64: a token sees itself and those before it
  uint32_t language_pieces = 0;  ///< S, sub-words of the catalogue's texts; 0 = it reads items only
  /// How its items join those of the item table (core/parts/semantic_ids/fusion.h): their share at most, and
  /// how it falls with the item table's confidence.
  float fusion_share = 0.0f;
  float fusion_slope = 0.0f;
  float fusion_threshold = 0.0f;

  /// Checks ranges and divisibility, so that sizes derived from the spec can not overflow.
  /// Errors: kInvalidArgument naming the field, its value and the allowed range.
  Status Validate() const;

  uint32_t row_width() const {
    return projection_width > 0 ? projection_width : model_width;
  }  ///< W
  uint32_t head_width() const { return model_width / head_count; }
  bool has_language() const { return language_width > 0; }
  bool has_intents() const { return intent_labels[0] > 0; }
  uint32_t intent_family_count() const;
  uint32_t intent_label_count() const;  ///< of all families
  /// Layers that keep keys and values: short-term, intent and item encoder.
  uint32_t state_layer_count() const {
    return (short_term_events > 0 ? 1 : 0) + intent_layer_count + layer_count;
  }
};

}  // namespace tsugi

#endif  // TSUGI_CORE_MODEL_MODEL_SPEC_H_
