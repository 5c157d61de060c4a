#include "core/parts/item_tower/item_tower_spec.h"

#include <bit>

#include "core/base/concat.h"
#include "core/model/model_view.h"
#include "core/model/tensor_table.h"

namespace tsugi {

void ItemTowerSpec::VisitFields(SpecVisitor& visitor) {
  visitor.Count("features", features, {1, 1u << 20});
}

// A power of two, so that a mask makes a feature of a hash.
Status ItemTowerSpec::CheckSpec(const ModelSpec& model) {
  const uint32_t features = model.item_tower->features;
  if (std::has_single_bit(features)) return Status();
  return InvalidArgument(Concat("spec.item_tower.features: ", features, " is not a power of two"));
}

void ItemTowerSpec::AddTensors(const ModelSpec& model, TensorTableBuilder& table) {
  const uint64_t features = model.item_tower->features;
  table.Matrix(kTowerFeatures, features, model.row_width());
  table.Vector(kTowerWeights, features);
  table.Vector(kTowerUnknown, model.row_width());
}

void ItemTowerSpec::AddStrings(const ModelSpec&, std::vector<StringsEntry>&) {}

// Shapes and finite values are all that its tensors need, and every tensor is checked for those.
Status ItemTowerSpec::CheckView(const ModelView&) { return Status(); }

void ItemTowerSpec::AddCapabilities(const ModelSpec&, std::vector<std::string_view>& names) {
  names.push_back("add_items");
}

}  // namespace tsugi
