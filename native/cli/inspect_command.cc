#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "native/cli/commands.h"
#include "native/model/model_file.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string model;
  std::string item;
  bool all_strings = false;
  bool as_json = false;
};

/// Prints an object's members as aligned lines below a heading. The further lines of a long value
/// are indented to the column of its first.
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

/// What the trainer wrote about the model, if it is the object that it writes. Parsed without
/// exceptions: anybody may have written the file.
void PrintCard(const Json& provenance) {
  const Json card = Json::parse(provenance["metrics"].get<std::string>(), nullptr, false);
  if (!card.is_object()) return;
  Json plain = card;
  plain.erase("data");
  PrintMembers("model card", plain);
  if (card.contains("data") && card["data"].is_object()) {
    PrintMembers("trained on", card["data"]);
  }
}

void PrintText(const Json& json) {
  std::string parts;
  for (const Json& part : json["capabilities"]) {
    parts += (parts.empty() ? "" : ", ") + part.get<std::string>();
  }
  Print(json["file"].get<std::string>() + ": format " + json["format_version"].dump() + ", " +
        json["bytes"].dump() + " bytes, can " + parts + "\n");
  PrintCard(json["provenance"]);
  PrintMembers("spec", json["spec"]);
  if (json.contains("attributes")) PrintMembers("attributes (values)", json["attributes"]);
  if (json.contains("modalities")) PrintMembers("modalities (width)", json["modalities"]);
  if (!json["strings"].empty()) PrintMembers("strings", json["strings"]);
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
  CLI::App* verb =
      AddVerb(app, context, "inspect", "Shows what a model file holds and where it comes from",
              "tsugi inspect model.tsugi", [arguments]() -> Status {
                TSUGI_ASSIGN_OR_RETURN(const Model model, LoadModelFile(arguments->model));
                if (!arguments->item.empty()) {
                  return InspectItem(model, arguments->item, arguments->as_json);
                }
                const Json json = ModelJson(arguments->model, model, arguments->all_strings);
                if (!arguments->as_json) {
                  PrintText(json);
                } else {
                  PrintJson(json);
                }
                return Status();
              });
  verb->add_option("MODEL", arguments->model, "model file")->required();
  verb->add_option("--item", arguments->item,
                   "an item of a semantic model: its codes, description and neighbours instead");
  verb->add_flag("--strings", arguments->all_strings,
                 "list every string of long tables, not only how many there are");
  verb->add_flag("--json", arguments->as_json, "print one JSON object");
}

}  // namespace tsugi
