#ifndef TSUGI_CORE_PARTS_INTENT_INTENT_SPEC_H_
#define TSUGI_CORE_PARTS_INTENT_INTENT_SPEC_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/model/spec_visitor.h"

namespace tsugi {

/// Most intent families a model may have.
inline constexpr size_t kMaxIntentFamilies = 8;

/// The part `intent`: what the visitor is here for, predicted before the next item and fed to the
/// item encoder (core/parts/intent/intent_encoder.h).
struct IntentSpec {
  /// Labels of each family, 2 to 256; 1 to kMaxIntentFamilies of them.
  std::vector<uint32_t> family_labels;
  uint32_t layers = 1;  ///< of the intent encoder; its other sizes are the backbone's
  /// The short-term encoder's window: an event sees itself and the events before it that are at
  /// most this many events and short_term_s seconds back (core/parts/intent/intent_encoder.h).
  /// At most T. 0: the model has no short-term encoder.
  uint32_t short_term_events = 0;
  uint32_t short_term_s = 0;  ///< seconds; 0: only events count

  uint32_t family_count() const { return static_cast<uint32_t>(family_labels.size()); }  ///< M
  uint32_t label_count() const;  ///< P, of all families
  bool has_short_term() const { return short_term_events > 0; }
  /// Layers that keep keys and values.
  uint32_t state_layer_count() const { return layers + (has_short_term() ? 1 : 0); }

  // What a part's spec offers: core/model/parts.h.
  static constexpr char kName[] = "intent";
  static constexpr uint32_t kRequiredFeatures = 1u << 1;
  static constexpr bool kComesFirst = true;
  void VisitFields(SpecVisitor& visitor);
  static Status CheckSpec(const ModelSpec& model);
  static void AddTensors(const ModelSpec& model, TensorTableBuilder& table);
  static void AddStrings(const ModelSpec& model, std::vector<StringsEntry>& table);
  static Status CheckView(const ModelView& view);
  static void AddCapabilities(const ModelSpec& model, std::vector<std::string_view>& names);
  bool operator==(const IntentSpec&) const = default;
};

inline constexpr char kIntentEncoder[] = "intent.";
inline constexpr char kShortTermEncoder[] = "intent.short_term.";
/// [P] "family=label", e.g. "action=discover", family by family in the order of family_labels.
inline constexpr char kIntentLabelStrings[] = "intent.labels";

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_INTENT_INTENT_SPEC_H_
