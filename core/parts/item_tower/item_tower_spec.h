#ifndef TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_TOWER_SPEC_H_
#define TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_TOWER_SPEC_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/model/spec_visitor.h"

namespace tsugi {

/// The part `item_tower`: makes an item's row from its title and attributes, so that items join at
/// run time (core/parts/item_tower/item_tower.h).
struct ItemTowerSpec {
  uint32_t features = 2;  ///< V, hashed features that the tower has rows for; a power of two

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

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_TOWER_SPEC_H_
