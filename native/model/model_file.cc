#include "native/model/model_file.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "core/model/tensor_table.h"
#include "model_format/writer.h"
#include "native/files/whole_file.h"

namespace tsugi {
namespace {

Status WithPath(const std::filesystem::path& path, const Status& status) {
  return {status.code(), path.string() + ": " + std::string(status.message())};
}

// The reader's own checks have passed by then, so the writer or the disk must be wrong.
Status ReadBackDifferently(std::string_view what) {
  return Internal(std::string(what) +
                  ": read back differently from what was written; check the disk");
}

// Compares what the reader makes of the file, since that is what every user of it gets. Bytes and
// not numbers: == would take -0 for 0.
Status CompareModels(const ModelView& written, const ModelView& read) {
  if (written.spec != read.spec) return ReadBackDifferently("spec");
  for (const TensorEntry& entry : BuildTensorTable(written.spec)) {
    const TensorView a = written.Find(entry.name);
    const TensorView b = read.Find(entry.name);
    if (a.dtype != b.dtype || a.shape != b.shape || std::memcmp(a.data, b.data, a.bytes()) != 0) {
      return ReadBackDifferently(entry.name);
    }
  }
  for (const StringsEntry& entry : BuildStringsTable(written.spec)) {
    const StringTableView a = written.Strings(entry.name);
    const StringTableView b = read.Strings(entry.name);
    if (!std::ranges::equal(a.offsets, b.offsets) || a.text != b.text) {
      return ReadBackDifferently(entry.name);
    }
  }
  if (!std::ranges::equal(written.item_attribute_offsets, read.item_attribute_offsets) ||
      !std::ranges::equal(written.item_attributes, read.item_attributes)) {
    return ReadBackDifferently("item attributes");
  }
  return Status();
}

}  // namespace

Result<ModelData> ModelData::Create(const ModelSpec& spec) {
  ModelData model;
  TSUGI_RETURN_IF_ERROR(model.ChangeSpec(spec));
  return model;
}

Result<ModelData> ModelData::Copy(const ModelView& view) {
  TSUGI_ASSIGN_OR_RETURN(ModelData model, Create(view.spec));
  for (auto& [name, tensor] : model.tensors) {
    std::memcpy(tensor.bytes.data(), view.Find(name).data, tensor.bytes.size());
  }
  model.CopyNames(view);
  return model;
}

// Allocates everything first, so that an error leaves the model as it was. `extract` moves a node
// from map to map: the tensor keeps its memory, and views of it stay right.
Status ModelData::ChangeSpec(const ModelSpec& new_spec) {
  TSUGI_RETURN_IF_ERROR(new_spec.Validate());
  std::map<std::string, OwnedTensor, std::less<>> changed;
  std::vector<std::string> kept;
  for (const TensorEntry& entry : BuildTensorTable(new_spec)) {
    const auto known = tensors.find(entry.name);
    if (known != tensors.end() && known->second.dtype == entry.dtype &&
        known->second.shape == entry.shape) {
      kept.push_back(entry.name);
      continue;
    }
    TSUGI_ASSIGN_OR_RETURN(auto bytes, AlignedBuffer<uint8_t>::Create(entry.shape.elements() *
                                                                      DTypeBytes(entry.dtype)));
    changed.emplace(entry.name, OwnedTensor{entry.dtype, entry.shape, std::move(bytes)});
  }
  // Nothing fails from here on.
  for (const std::string& name : kept) changed.insert(tensors.extract(name));
  tensors = std::move(changed);
  spec = new_spec;
  return Status();
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

// The file is read back before it replaces the old one. Hours of training may end here, and a disk
// that loses bytes is noticed while the old model is still there.
Status SaveModel(const std::filesystem::path& path, const ModelView& view,
                 const Provenance& provenance, const Int4Tensors& int4) {
  return WriteWholeFile(
      path, [&](ByteSink& file) { return WriteModel(view, provenance, file, int4); },
      [&](const std::filesystem::path& written) -> Status {
        TSUGI_ASSIGN_OR_RETURN(const Model read, LoadModelFile(written));
        if (read.provenance() != provenance) return ReadBackDifferently("provenance");
        return CompareModels(view, read.view());
      });
}

// The reader's messages name a place inside the file and know nothing of paths; here the path
// joins.
Result<Model> LoadModelFile(const std::filesystem::path& path, const ReadLimits& limits) {
  TSUGI_ASSIGN_OR_RETURN(auto bytes, ReadWholeFile(path, limits.max_file_bytes, "a tsugi model"));
  Result<Model> model = ReadModel(std::move(bytes), limits);
  if (!model.ok()) return WithPath(path, model.status());
  return model;
}

}  // namespace tsugi
