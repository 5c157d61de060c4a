#include "core/model/model_view.h"

#include <algorithm>
#include <cmath>

#include "core/model/tensor_table.h"

namespace tsugi {
namespace {

std::string ShapeText(const Shape& shape) {
  std::string text = "[" + std::to_string(shape.dims[0]);
  if (shape.rank == 2) text += ", " + std::to_string(shape.dims[1]);
  return text + "]";
}

Status CheckTensor(const TensorEntry& entry, const TensorView& view) {
  if (view.empty()) return CorruptModel(entry.name + ": missing; export the model again");
  if (view.dtype != entry.dtype || view.shape != entry.shape) {
    return CorruptModel(entry.name + ": " + std::string(DTypeName(view.dtype)) + " " +
                        ShapeText(view.shape) + ", expected " +
                        std::string(DTypeName(entry.dtype)) + " " + ShapeText(entry.shape) +
                        "; the file is damaged, export it again");
  }
  if (entry.dtype != DType::kF32) return Status();
  const bool is_scales = entry.name.ends_with(kScalesSuffix);
  const auto values = view.as<float>();
  const auto bad = std::find_if(values.begin(), values.end(), [is_scales](float v) {
    return !std::isfinite(v) || (is_scales && v <= 0.0f);
  });
  if (bad == values.end()) return Status();
  return CorruptModel(entry.name + ": value " + std::to_string(bad - values.begin()) + " is " +
                      (is_scales ? "not a positive finite scale" : "not finite") +
                      "; the file is damaged, export it again");
}

Status CheckStrings(const char* name, const StringTableView& table, uint64_t count, bool required) {
  if (table.offsets.empty() && !required) return Status();
  const bool has_count = table.offsets.size() == count + 1;
  if (!has_count || table.offsets.front() != 0 || table.offsets.back() != table.text.size() ||
      !std::is_sorted(table.offsets.begin(), table.offsets.end())) {
    return CorruptModel(std::string(name) + ": offsets are not " + std::to_string(count + 1) +
                        " ascending positions in the text; the file is damaged, export it again");
  }
  return Status();
}

}  // namespace

Status ModelView::Validate() const {
  TSUGI_RETURN_IF_ERROR(spec.Validate());
  for (const TensorEntry& entry : BuildTensorTable(spec)) {
    TSUGI_RETURN_IF_ERROR(CheckTensor(entry, Find(entry.name)));
  }
  TSUGI_RETURN_IF_ERROR(CheckStrings("item_ids", item_ids, spec.item_count, false));
  return CheckStrings("item_titles", item_titles, spec.item_count, false);
}

}  // namespace tsugi
