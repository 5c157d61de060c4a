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

Status ReadBackDifferently(std::string_view what) {
  return Internal(std::string(what) +
                  ": read back differently from what was written; check the disk");
}

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

Result<Model> LoadModelFile(const std::filesystem::path& path, const ReadLimits& limits) {
  TSUGI_ASSIGN_OR_RETURN(auto bytes, ReadWholeFile(path, limits.max_file_bytes, "a tsugi model"));
  Result<Model> model = ReadModel(std::move(bytes), limits);
  if (!model.ok()) return WithPath(path, model.status());
  return model;
}

}  // namespace tsugi
