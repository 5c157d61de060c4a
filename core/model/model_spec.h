#ifndef TSUGI_CORE_MODEL_MODEL_SPEC_H_
#define TSUGI_CORE_MODEL_MODEL_SPEC_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/status.h"
#include "core/base/tensor_view.h"
#include "core/model/encoder_shape.h"
#include "core/model/spec_visitor.h"
#include "core/parts/imagine/imagine_spec.h"
#include "core/parts/intent/intent_spec.h"
#include "core/parts/item_counts/item_counts_spec.h"
#include "core/parts/item_tower/item_tower_spec.h"
#include "core/parts/quantised_codes/quantised_codes_spec.h"
#include "core/parts/semantic_ids/semantic_ids_spec.h"
#include "core/parts/word_vectors/word_vectors_spec.h"

namespace tsugi {

/// How text is folded before it is hashed or compared. Numbers are written to files: append only.
/// A file keeps the rule that its hashes were made by.
enum class TextRule : uint8_t {
  kAsciiLetters = 0,  ///< A to Z fold to a to z; every other byte stays
};
inline constexpr std::array<std::string_view, 1> kTextRuleNames = {"ascii_letters"};

/// Everything about a model that is constant: sizes and switches, no weights. The backbone's fields
/// stand here; a part that the model has is an optional that holds a value.
///
/// Dimension letters (core/README.md): N items, T window, D width, H heads, F feed-forward width.
struct ModelSpec {
  uint32_t item_count = 0;  ///< N, >= 1
  /// The item encoder, which every model has. An event sees itself and the T - 1 before it.
  EncoderShape encoder;
  /// Cosine scoring: the hidden vector is divided by its Euclidean norm before it meets the item
  /// table, whose rows the trainer has normalised as well.
  bool normalize_hidden = false;
  /// score = logit_scale * <hidden, item row>; the inverse temperature of cosine models, else 1.
  float logit_scale = 1.0f;
  /// Encoder input = input_scale * item row.
  float input_scale = 1.0f;
  /// Whether `Recommend` leaves out items of the session unless the caller says otherwise.
  bool filter_seen = true;
  /// How dense weights and the item table are stored: kF32 or kI8.
  DType weight_dtype = DType::kF32;
  /// Rows of encoder.time_gap, which is added to the item's row: buckets of the time since the
  /// event before (core/session_input/event_tokenizer.h). 0: times are not read.
  uint32_t time_gap_buckets = 0;
  /// encoder.actions has one row more, for unknown actions. 0: actions are not read.
  uint32_t action_count = 0;
  /// Rows of encoder.values; encoder.value_edges separates the buckets. 0: values are not read.
  uint32_t value_buckets = 0;
  /// W, width of an item's row, if it is narrower than the encoder: one dense layer lifts rows into
  /// the encoder, another brings the hidden vector down to them (core/items/item_table.h).
  /// 0: rows are D wide and there is no layer.
  uint32_t projection_width = 0;
  TextRule text_rule = TextRule::kAsciiLetters;

  // Parts, in the order of ModelParts below.
  std::optional<IntentSpec> intent;
  std::optional<QuantisedCodesSpec> quantised_codes;
  std::optional<ItemTowerSpec> item_tower;
  std::optional<ImagineSpec> imagine;
  std::optional<SemanticIdsSpec> semantic_ids;
  std::optional<WordVectorsSpec> word_vectors;
  std::optional<ItemCountsSpec> item_counts;

  /// Shows the backbone's fields to `visitor`.
  void VisitFields(SpecVisitor& visitor);

  /// Checks every field of the backbone and of the parts, so that sizes derived from the spec can
  /// not overflow.
  /// Errors: kInvalidArgument naming the field, its value and the allowed range.
  Status Validate() const;

  uint32_t row_width() const {
    return projection_width > 0 ? projection_width : encoder.width;
  }  ///< W
  /// Layers that keep keys and values: short-term, intent and item encoder.
  uint32_t state_layer_count() const {
    return encoder.layers + (intent ? intent->state_layer_count() : 0);
  }
  bool operator==(const ModelSpec&) const = default;
};

/// The members of ModelSpec that hold its parts; Parts() (core/model/parts.h) makes a row of each.
template <auto... kMembers>
struct PartMembers {};
/// THE list of parts. The order is that of the fields of `Parts` in model.fbs: append only.
using ModelParts =
    PartMembers<&ModelSpec::intent, &ModelSpec::quantised_codes, &ModelSpec::item_tower,
                &ModelSpec::imagine, &ModelSpec::semantic_ids, &ModelSpec::word_vectors,
                &ModelSpec::item_counts>;

}  // namespace tsugi

#endif  // TSUGI_CORE_MODEL_MODEL_SPEC_H_
