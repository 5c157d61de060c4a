#include "core/parts/item_tower/item_tower.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/kernels/norm.h"
#include "core/model/tensor_table.h"

namespace tsugi {

ItemTower::ItemTower(const ModelView& view)
    : features_(StoredRows::Of(view, kTowerFeatures)),
      weights_(view.Find(kTowerWeights).as<float>()),
      unknown_(view.Find(kTowerUnknown).as<float>()),
      normalize_(view.spec.normalize_hidden) {}

void ItemTower::MakeRow(const ItemDescription& item, std::span<float> row) {
  FindItemFeatures(item, weights_, found_);
  // Dividing by the norm of the weights gives items with many words and items with few about the
  // same length of z, so neither outweighs `unknown`.
  double squares = 0;
  for (const uint32_t f : found_) squares += static_cast<double>(weights_[f]) * weights_[f];
  const float inverse = squares > 0 ? static_cast<float>(1.0 / std::sqrt(squares)) : 0.0f;
  std::copy(unknown_.begin(), unknown_.end(), row.begin());
  for (const uint32_t f : found_) {
    if (weights_[f] != 0.0f) features_.AddTo(f, weights_[f] * inverse, row);
  }
  if (normalize_) NormalizeLength(row.size(), row.data());
}

}  // namespace tsugi
