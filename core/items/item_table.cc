#include "core/items/item_table.h"

#include <string>

#include "core/model/tensor_table.h"

namespace tsugi {

ItemTable::ItemTable(const ModelView& view)
    : rows_{view.Find(kItemTable), {}}, input_scale_(view.spec.input_scale) {
  if (rows_.table.dtype == DType::kI8) {
    rows_.scales = view.Find(std::string(kItemTable) + kScalesSuffix).as<float>();
  }
}

void ItemTable::EmbedItem(size_t item_index, float* output) const {
  TSUGI_DCHECK(item_index < item_count());
  const size_t width = rows_.width();
  const size_t first = item_index * width;
  if (rows_.table.dtype == DType::kI8) {
    const int8_t* row = rows_.table.as<int8_t>().data() + first;
    const float scale = rows_.scales[item_index];
    for (size_t d = 0; d < width; ++d)
      output[d] = static_cast<float>(row[d]) * scale * input_scale_;
  } else {
    const float* row = rows_.table.as<float>().data() + first;
    for (size_t d = 0; d < width; ++d) output[d] = row[d] * input_scale_;
  }
}

double ItemTable::StoredDot(size_t a, size_t b) const {
  const size_t width = rows_.width();
  if (rows_.table.dtype == DType::kI8) {
    const int8_t* table = rows_.table.as<int8_t>().data();
    int32_t sum = 0;
    for (size_t d = 0; d < width; ++d) sum += table[a * width + d] * table[b * width + d];
    return sum;
  }
  const float* table = rows_.table.as<float>().data();
  double sum = 0;
  for (size_t d = 0; d < width; ++d) {
    sum += static_cast<double>(table[a * width + d]) * static_cast<double>(table[b * width + d]);
  }
  return sum;
}

double ItemTable::RowScale(size_t item_index) const {
  return rows_.table.dtype == DType::kI8 ? rows_.scales[item_index] : 1.0f;
}

}  // namespace tsugi
