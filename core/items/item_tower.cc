#include "core/items/item_tower.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/kernels/norm.h"
#include "core/model/tensor_table.h"

namespace tsugi {

ItemTower::ItemTower(const ModelView& view)
    : features_(view.Find(kTowerFeatures)),
      weights_(view.Find(kTowerWeights).as<float>()),
      unknown_(view.Find(kTowerUnknown).as<float>()),
      normalize_(view.spec.normalize_hidden) {
  if (features_.dtype == DType::kI8) {
    scales_ = view.Find(std::string(kTowerFeatures) + kScalesSuffix).as<float>();
  }
}

void ItemTower::AddFeature(uint32_t feature, float factor, std::span<float> row) const {
  if (features_.dtype == DType::kI8) {
    const int8_t* from = features_.as<int8_t>().data() + feature * row.size();
    factor *= scales_[feature];
    for (size_t d = 0; d < row.size(); ++d) row[d] += factor * static_cast<float>(from[d]);
  } else {
    const float* from = features_.as<float>().data() + feature * row.size();
    for (size_t d = 0; d < row.size(); ++d) row[d] += factor * from[d];
  }
}

void ItemTower::MakeRow(const ItemDescription& item, std::span<float> row) {
  FindItemFeatures(item, weights_, found_);
  double squares = 0;
  for (const uint32_t f : found_) squares += static_cast<double>(weights_[f]) * weights_[f];
  const float inverse = squares > 0 ? static_cast<float>(1.0 / std::sqrt(squares)) : 0.0f;
  std::copy(unknown_.begin(), unknown_.end(), row.begin());
  for (const uint32_t f : found_) {
    if (weights_[f] != 0.0f) AddFeature(f, weights_[f] * inverse, row);
  }
  if (normalize_) NormalizeLength(row.size(), row.data());
}

}  // namespace tsugi
