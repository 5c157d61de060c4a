#include "core/parts/item_tower/item_tower_spec.h"

#include <bit>
#include <numeric>

#include "core/base/text.h"
#include "core/model/model_view.h"
#include "core/model/tensor_table.h"

namespace tsugi {

size_t ItemTowerSpec::vector_width() const {
  return std::accumulate(modality_widths.begin(), modality_widths.end(), size_t{0});
}

void ItemTowerSpec::VisitFields(SpecVisitor& visitor) {
  visitor.Count("features", features, {1, 1u << 20});
  visitor.Counts("modality_widths", modality_widths, {0, kMaxModalities}, {1, 1u << 16});
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
  const std::vector<uint32_t>& widths = model.item_tower->modality_widths;
  for (size_t m = 0; m < widths.size(); ++m) {
    table.Matrix(Concat(kTowerModality, m), widths[m], model.row_width());
  }
  if (!widths.empty()) table.FloatMatrix(kTowerModalityBias, widths.size(), model.row_width());
}

void ItemTowerSpec::AddStrings(const ModelSpec& model, std::vector<StringsEntry>& table) {
  const uint32_t count = model.item_tower->modality_count();
  if (count > 0) table.push_back({kModalityStrings, count, true, false});
}

// Shapes and finite values are all that its tensors need, and every tensor is checked for those. A
// caller names a modality, so no two may have one name.
Status ItemTowerSpec::CheckView(const ModelView& view) {
  const StringTableView names = view.Strings(kModalityStrings);
  bool is_taken = false;
  for (size_t m = 0; m < names.size(); ++m) {
    const std::string_view name = names[m];
    is_taken |= name.empty();
    for (size_t other = 0; other < m; ++other) is_taken |= names[other] == name;
  }
  if (!is_taken) return Status();
  return CorruptModel(Concat(kModalityStrings, ": a name is empty or there twice", kDamagedFile));
}

void ItemTowerSpec::AddCapabilities(const ModelSpec&, std::vector<std::string_view>& names) {
  names.push_back("add_items");
}

}  // namespace tsugi
