#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/model/tensor_table.h"
#include "native/cli/commands.h"
#include "native/export/model_file.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string model;
  bool as_json = false;
};

Json SpecJson(const ModelSpec& spec) {
  return {{"item_count", spec.item_count},
          {"model_width", spec.model_width},
          {"layer_count", spec.layer_count},
          {"head_count", spec.head_count},
          {"feed_forward_width", spec.feed_forward_width},
          {"window", spec.window},
          {"block_kind", BlockKindName(spec.block_kind)},
          {"normalize_hidden", spec.normalize_hidden},
          {"logit_scale", spec.logit_scale},
          {"input_scale", spec.input_scale},
          {"filter_seen", spec.filter_seen},
          {"weight_dtype", DTypeName(spec.weight_dtype)},
          {"code_count", spec.code_count},
          {"code_candidates", spec.code_candidates}};
}

Json TensorJson(const TensorEntry& entry, const TensorView& tensor) {
  Json shape = Json::array();
  for (uint32_t i = 0; i < tensor.shape.rank; ++i) shape.push_back(tensor.shape.dims[i]);
  return {{"name", entry.name},
          {"dtype", DTypeName(tensor.dtype)},
          {"shape", std::move(shape)},
          {"bytes", tensor.bytes()}};
}

Json ModelJson(const Arguments& arguments, const Model& model) {
  const ModelView& view = model.view();
  Json json;
  json["file"] = arguments.model;
  json["format_version"] = model.format_version();
  json["bytes"] = model.file_bytes();
  json["capabilities"] = {"recommend"};
  if (view.spec.code_count > 0) json["capabilities"].push_back("item_codes");
  json["has_item_ids"] = view.item_ids.size() > 0;
  json["has_item_titles"] = view.item_titles.size() > 0;
  json["spec"] = SpecJson(view.spec);
  json["tensors"] = Json::array();
  for (const TensorEntry& entry : BuildTensorTable(view.spec)) {
    json["tensors"].push_back(TensorJson(entry, view.Find(entry.name)));
  }
  const Provenance& from = model.provenance();
  json["provenance"] = {{"tsugi_version", from.tsugi_version}, {"data_hash", from.data_hash},
                        {"config", from.config},               {"seed", from.seed},
                        {"metrics", from.metrics},             {"created_s", from.created_s}};
  return json;
}

/// Prints an object's members as aligned lines below a heading.
void PrintMembers(const std::string& heading, const Json& object) {
  Print(heading + "\n");
  size_t width = 0;
  for (const auto& member : object.items()) width = std::max(width, member.key().size());
  for (const auto& member : object.items()) {
    const Json& value = member.value();
    std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    for (size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) {
      text.insert(at + 1, std::string(width + 4, ' '));
    }
    Print("  " + member.key() + std::string(width - member.key().size() + 2, ' ') + text + "\n");
  }
}

void PrintText(const Json& json) {
  Print(json["file"].get<std::string>() + ": format " + json["format_version"].dump() + ", " +
        json["bytes"].dump() + " bytes, can " + json["capabilities"][0].get<std::string>() + "\n");
  PrintMembers("spec", json["spec"]);
  PrintMembers("provenance", json["provenance"]);
  Print("tensors\n");
  for (const Json& tensor : json["tensors"]) {
    char line[256];
    std::snprintf(line, sizeof line, "  %-40s %-4s %-16s %12llu bytes\n",
                  tensor["name"].get<std::string>().c_str(),
                  tensor["dtype"].get<std::string>().c_str(), tensor["shape"].dump().c_str(),
                  tensor["bytes"].get<unsigned long long>());
    Print(line);
  }
}

}  // namespace

void AddInspectCommand(CLI::App& app, CommandContext& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = AddVerb(
      app, context, "inspect", "Shows what a model file holds and where it comes from",
      "tsugi inspect model.tsugi", [arguments]() -> Status {
        TSUGI_ASSIGN_OR_RETURN(const Model model, LoadModelFile(arguments->model));
        const Json json = ModelJson(*arguments, model);
        if (!arguments->as_json) {
          PrintText(json);
        } else {
          Print(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
        }
        return Status();
      });
  verb->add_option("MODEL", arguments->model, "model file")->required();
  verb->add_flag("--json", arguments->as_json, "print one JSON object");
}

}  // namespace tsugi
