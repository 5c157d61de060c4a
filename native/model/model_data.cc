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
  intent_labels = StringTable(view.intent_labels);
  title_words = StringTable(view.title_words);
  pieces = StringTable(view.pieces);
  action_names = StringTable(view.action_names);
  item_ids = StringTable(view.item_ids);
  item_titles = StringTable(view.item_titles);
  attribute_names = StringTable(view.attribute_names);
  item_attribute_offsets.assign(view.item_attribute_offsets.begin(),
                                view.item_attribute_offsets.end());
  item_attributes.assign(view.item_attributes.begin(), view.item_attributes.end());
}

ModelView ModelData::View() const {
  ModelView view;
  view.spec = spec;
  for (const auto& [name, tensor] : tensors) view.tensors.emplace(name, tensor.View());
  view.item_ids = item_ids.View();
  view.item_titles = item_titles.View();
  view.attribute_names = attribute_names.View();
  view.item_attribute_offsets = item_attribute_offsets;
  view.item_attributes = item_attributes;
  view.intent_labels = intent_labels.View();
  view.title_words = title_words.View();
  view.pieces = pieces.View();
  view.action_names = action_names.View();
  return view;
}

Int4Tensors ModelData::Int4View() const { return {int4.begin(), int4.end()}; }

std::span<float> ModelData::floats(std::string_view name) {
  const auto it = tensors.find(name);
  if (it == tensors.end() || it->second.dtype != DType::kF32) return {};
  return it->second.as<float>();
}

}  // namespace tsugi
