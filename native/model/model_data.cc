#include "native/model/model_data.h"

#include <utility>

#include "core/model/tensor_table.h"

namespace tsugi {

Result<ModelData> ModelData::Create(const ModelSpec& spec) {
  TSUGI_RETURN_IF_ERROR(spec.Validate());
  ModelData model;
  model.spec = spec;
  for (const TensorEntry& entry : BuildTensorTable(spec)) {
    TSUGI_ASSIGN_OR_RETURN(auto bytes, AlignedBuffer<uint8_t>::Create(entry.shape.elements() *
                                                                      DTypeBytes(entry.dtype)));
    model.tensors.emplace(entry.name, OwnedTensor{entry.dtype, entry.shape, std::move(bytes)});
  }
  return model;
}

void ModelData::CopyNames(const ModelView& view) {
  for (const StringsEntry& entry : BuildStringsTable(spec)) {
    const StringTableView table = view.Strings(entry.name);
    if (!table.offsets.empty()) strings[entry.name] = StringTable(table);
  }
  item_attribute_offsets.assign(view.item_attribute_offsets.begin(),
                                view.item_attribute_offsets.end());
  item_attributes.assign(view.item_attributes.begin(), view.item_attributes.end());
}

ModelView ModelData::View() const {
  ModelView view;
  view.spec = spec;
  for (const auto& [name, tensor] : tensors) view.tensors.emplace(name, tensor.View());
  for (const auto& [name, table] : strings) view.SetStrings(name, table.View());
  view.item_attribute_offsets = item_attribute_offsets;
  view.item_attributes = item_attributes;
  return view;
}

Int4Tensors ModelData::Int4View() const { return {int4.begin(), int4.end()}; }

std::span<float> ModelData::floats(std::string_view name) {
  const auto it = tensors.find(name);
  if (it == tensors.end() || it->second.dtype != DType::kF32) return {};
  return it->second.as<float>();
}

}  // namespace tsugi
