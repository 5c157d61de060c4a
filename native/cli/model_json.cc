#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "core/base/text.h"
#include "core/model/parts.h"
#include "model_format/reader.h"
#include "native/cli/commands.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

/// A spec's fields by their names. A visitor, so that a field that is added to a spec is shown
/// without a change here.
class FieldsJson final : public SpecVisitor {
 public:
  void Count(const char* name, uint32_t& value, const CountRange&) override { json[name] = value; }
  void Number(const char* name, float& value, const NumberRange&) override { json[name] = value; }
  void Flag(const char* name, bool& value) override { json[name] = value; }
  void Choice(const char* name, uint8_t& value, std::span<const std::string_view> names) override {
    json[name] = names[value];
  }
  void Counts(const char* name, std::vector<uint32_t>& values, const CountRange&,
              const CountRange&) override {
    json[name] = values;
  }
  Json json = Json::object();
};

/// The backbone's fields, then one object for each part that the model has.
Json SpecJson(ModelSpec spec) {
  FieldsJson backbone;
  spec.VisitFields(backbone);
  for (const Part& part : Parts()) {
    if (!part.is_in(spec)) continue;
    FieldsJson fields;
    part.visit(spec, fields);
    backbone.json[std::string(part.name)] = std::move(fields.json);
  }
  return backbone.json;
}

/// How many values each field of the items' attributes has.
Json AttributesJson(const ModelView& view) {
  Json fields = Json::object();
  const StringTableView names = view.attribute_names();
  for (size_t i = 0; i < names.size(); ++i) {
    Json& count = fields[std::string(FieldValue::Of(names[i]).field)];
    count = count.is_null() ? 1 : count.get<uint64_t>() + 1;
  }
  return fields;
}

/// The width of each modality.
Json ModalitiesJson(const ModelView& view) {
  Json widths = Json::object();
  for (size_t m = 0; m < view.modality_count(); ++m) {
    widths[std::string(view.modality(m).name)] = view.modality(m).width;
  }
  return widths;
}

/// Every string table but those of the items: its strings, or how many there are if they are many
/// and not all are wanted.
Json StringsJson(const ModelView& view, bool all_strings) {
  constexpr size_t kFew = 32;
  Json tables = Json::object();
  for (const auto& [name, strings] : view.strings) {
    if (name == kItemIdStrings || name == kItemTitleStrings || name == kAttributeStrings) continue;
    Json& table = tables[std::string(name)];
    if (strings.size() > kFew && !all_strings) {
      table = strings.size();
      continue;
    }
    for (size_t i = 0; i < strings.size(); ++i) table.push_back(std::string(strings[i]));
  }
  return tables;
}

Json TensorJson(const TensorEntry& entry, const Model& model) {
  const TensorView tensor = model.view().Find(entry.name);
  const auto& segments = model.segments();
  const auto segment =
      std::find_if(segments.begin(), segments.end(),
                   [&entry](const SegmentInfo& s) { return s.name == entry.name; });
  Json shape = Json::array();
  for (uint32_t i = 0; i < tensor.shape.rank; ++i) shape.push_back(tensor.shape.dims[i]);
  return {{"name", entry.name},
          {"dtype", segment->is_int4 ? "i4" : DTypeName(tensor.dtype)},
          {"shape", std::move(shape)},
          {"offset", segment->offset},
          {"bytes", segment->bytes}};
}

}  // namespace

nlohmann::ordered_json ModelJson(const std::string& file, const Model& model, bool all_strings) {
  const ModelView& view = model.view();
  Json json;
  json["file"] = file;
  json["format_version"] = model.format_version();
  json["bytes"] = model.file_bytes();
  json["capabilities"] = Capabilities(view);
  if (view.attribute_names().size() > 0) json["attributes"] = AttributesJson(view);
  if (view.modality_count() > 0) json["modalities"] = ModalitiesJson(view);
  json["strings"] = StringsJson(view, all_strings);
  json["spec"] = SpecJson(view.spec);
  json["tensors"] = Json::array();
  for (const TensorEntry& entry : BuildTensorTable(view.spec)) {
    json["tensors"].push_back(TensorJson(entry, model));
  }
  const Provenance& from = model.provenance();
  json["provenance"] = {{"tsugi_version", from.tsugi_version},
                        {"data_hash", from.data_hash},
                        {"config", from.config},
                        {"seed", from.seed},
                        {"metrics", from.metrics},
                        {"created_s", from.created_s}};
  return json;
}

}  // namespace tsugi
