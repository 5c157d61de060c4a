#ifndef TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_TOWER_SPEC_H_
#define TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_TOWER_SPEC_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/model/spec_visitor.h"

namespace tsugi {

/// Most modalities a model may have.
inline constexpr size_t kMaxModalities = 9;

/// The part `item_tower`: makes an item's row from its title, its attributes and its given vectors,
/// so that items join at run time (core/parts/item_tower/item_tower.h).
struct ItemTowerSpec {
  uint32_t features = 2;  ///< V, hashed features that the tower has rows for; a power of two
  /// Numbers in a vector of each modality: what another model says of an item, e.g. of its picture.
  /// 0 to kMaxModalities of them.
  std::vector<uint32_t> modality_widths = {};

  uint32_t modality_count() const { return static_cast<uint32_t>(modality_widths.size()); }  ///< M
  /// Numbers in one vector of every modality.
  size_t vector_width() const;

  // What a part's spec offers: core/model/parts.h.
  static constexpr char kName[] = "item_tower";
  static constexpr uint32_t kRequiredFeatures = 0;
  static constexpr bool kComesFirst = false;
  void VisitFields(SpecVisitor& visitor);
  static Status CheckSpec(const ModelSpec& model);
  static void AddTensors(const ModelSpec& model, TensorTableBuilder& table);
  static void AddStrings(const ModelSpec& model, std::vector<StringsEntry>& table);
  static Status CheckView(const ModelView& view);
  static void AddCapabilities(const ModelSpec& model, std::vector<std::string_view>& names);
  bool operator==(const ItemTowerSpec&) const = default;
};

inline constexpr char kTowerFeatures[] = "item_tower.features";  ///< [V, W]
inline constexpr char kTowerWeights[] = "item_tower.weights";    ///< [V] 0: training never saw it
inline constexpr char kTowerUnknown[] = "item_tower.unknown";  ///< [W] stands for an item's own row
/// And the number of a modality, e.g. "item_tower.modality.0": [its width, W], the map of it.
inline constexpr char kTowerModality[] = "item_tower.modality.";
/// [M, W] what a vector of a modality adds whatever it says.
inline constexpr char kTowerModalityBias[] = "item_tower.modality_bias";
/// The modality whose vector is made of an item's text where none is given, if the model has word
/// vectors of its width (core/parts/word_vectors/word_vectors.h).
inline constexpr char kWordModality[] = "words";
/// [M] the names of the modalities, e.g. "image".
inline constexpr char kModalityStrings[] = "item_tower.modalities";

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_TOWER_SPEC_H_
